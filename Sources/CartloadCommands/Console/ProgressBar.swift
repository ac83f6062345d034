// SPDX-License-Identifier: Apache-2.0

/// A share as a bar and a percentage: `█████░░░░░  50%`.
struct ProgressBar: CustomStringConvertible {
    /// Cells of the bar; 0 leaves the percentage alone.
    var width = 10
    var done: Int
    var total: Int

    var description: String {
        guard total > 0 else { return width > 0 ? String(repeating: "░", count: width) + "    -" : "   -" }
        let share = min(1, max(0, Double(done) / Double(total)))
        // 100 % is only what is all done.
        let percent = done >= total ? 100 : min(99, Int(share * 100))
        let number = "\(String(repeating: " ", count: percent > 99 ? 0 : percent > 9 ? 1 : 2))\(percent)%"
        guard width > 0 else { return number }
        let full = Int(share * Double(width))
        return String(repeating: "█", count: full) + String(repeating: "░", count: width - full) + " " + number
    }
}

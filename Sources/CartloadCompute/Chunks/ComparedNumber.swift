// SPDX-License-Identifier: Apache-2.0

/// A number with its text, compared exactly where both are whole and fit 128 bits, and else as a double.
struct ComparedNumber: Sendable, Hashable, Comparable {
    let text: String
    let number: Double
    let whole: Int128?

    /// nil for what is no number.
    init?(_ text: String) {
        guard let number = Double(text) else { return nil }
        self.text = text
        self.number = number
        whole = Int128(text)
    }

    static func < (left: ComparedNumber, right: ComparedNumber) -> Bool {
        if let one = left.whole, let other = right.whole { return one < other }
        return left.number < right.number
    }
}

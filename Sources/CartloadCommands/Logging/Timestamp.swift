// SPDX-License-Identifier: Apache-2.0

/// A moment in UTC as text: `2013-01-01T05:15:00.250Z`.
struct Timestamp: CustomStringConvertible {
    let secondsSince1970: Double

    var description: String {
        let milliseconds = Int((secondsSince1970 * 1000).rounded(.down))
        let day = (milliseconds - Timestamp.modulo(milliseconds, 86_400_000)) / 86_400_000
        let time = Timestamp.modulo(milliseconds, 86_400_000)
        // Days to civil date: years that begin in March make leap days the last of their year.
        let shifted = day + 719_468
        let era = (shifted - Timestamp.modulo(shifted, 146_097)) / 146_097
        let dayOfEra = Timestamp.modulo(shifted, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date =
            "\(Timestamp.padded(year, 4))-\(Timestamp.padded(month, 2))-"
            + Timestamp.padded(dayOfYear - (153 * marchMonth + 2) / 5 + 1, 2)
        let clock = [time / 3_600_000, time / 60_000 % 60, time / 1000 % 60].map { Timestamp.padded($0, 2) }
        return "\(date)T\(clock.joined(separator: ":")).\(Timestamp.padded(time % 1000, 3))Z"
    }

    private static func modulo(_ value: Int, _ divisor: Int) -> Int {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

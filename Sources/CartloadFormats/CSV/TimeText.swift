// SPDX-License-Identifier: Apache-2.0

/// Dates and times of day in ISO 8601's forms, which stay the text they are.
enum TimeText {
    /// The kind of a text that begins like a number; `text` when it is neither date nor time.
    static func kind(_ text: UnsafeBufferPointer<UInt8>) -> CellKinds {
        guard let base = text.baseAddress else { return .text }
        let count = text.count
        if count >= 10, isDate(base) {
            if count == 10 { return .date }
            guard base[10] == UInt8(ascii: "T") || base[10] == UInt8(ascii: " ") || base[10] == UInt8(ascii: "t")
            else { return .text }
            let length = timeLength(base + 11, count - 11, needsSeconds: false)
            guard length > 0 else { return .text }
            if 11 + length == count { return .timestamp }
            return isZone(base + 11 + length, count - 11 - length) ? .zonedTimestamp : .text
        }
        return count >= 8 && timeLength(base, count, needsSeconds: true) == count ? .time : .text
    }

    @inline(__always)
    private static func two(_ at: UnsafePointer<UInt8>) -> Int {
        let high = at[0] &- 48
        let low = at[1] &- 48
        return high < 10 && low < 10 ? Int(high) * 10 + Int(low) : 1000
    }

    /// Whether ten bytes are a date of the calendar.
    @inline(__always)
    private static func isDate(_ at: UnsafePointer<UInt8>) -> Bool {
        guard at[4] == UInt8(ascii: "-"), at[7] == UInt8(ascii: "-") else { return false }
        let year = two(at) * 100 + two(at + 2)
        let month = two(at + 5)
        let day = two(at + 8)
        guard year < 10_000, month >= 1, month <= 12, day >= 1, day <= 31 else { return false }
        if day <= 28 { return true }
        if month == 2 { return day == 29 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
        return day <= 30 || (month <= 7) == (month % 2 == 1)
    }

    /// The length of a time of day with any fraction, 0 when there is none.
    @inline(__always)
    private static func timeLength(_ at: UnsafePointer<UInt8>, _ count: Int, needsSeconds: Bool) -> Int {
        guard count >= 5, at[2] == UInt8(ascii: ":"), two(at) < 24, two(at + 3) < 60 else { return 0 }
        guard count >= 8, at[5] == UInt8(ascii: ":") else { return needsSeconds ? 0 : 5 }
        guard two(at + 6) < 60 else { return 0 }
        guard count > 9, at[8] == UInt8(ascii: ".") else { return 8 }
        var length = 9
        while length < count, at[length] &- 48 < 10 { length += 1 }
        return length > 9 && length <= 18 ? length : 0
    }

    /// `Z`, `+02`, `+0200` or `+02:00`.
    @inline(__always)
    private static func isZone(_ at: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if count == 1 { return at[0] | 0x20 == UInt8(ascii: "z") }
        guard count >= 3, at[0] == UInt8(ascii: "+") || at[0] == UInt8(ascii: "-"), two(at + 1) < 24 else {
            return false
        }
        switch count {
        case 3: return true
        case 5: return two(at + 3) < 60
        case 6: return at[3] == UInt8(ascii: ":") && two(at + 4) < 60
        default: return false
        }
    }
}

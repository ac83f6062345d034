// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Calendar {
    /// Reads digits of a date or time.
    private struct Cursor {
        let text: UnsafeRawBufferPointer
        var offset = 0

        var isAtEnd: Bool { offset == text.count }

        mutating func take(_ byte: UInt8) -> Bool {
            guard offset < text.count, text[offset] == byte else { return false }
            offset += 1
            return true
        }

        mutating func digits(_ count: ClosedRange<Int>) -> Int64? {
            var value: Int64 = 0
            let start = offset
            while offset < text.count, offset - start < count.upperBound, text[offset] &- 0x30 <= 9 {
                value = value * 10 + Int64(text[offset] &- 0x30)
                offset += 1
            }
            return offset - start >= count.lowerBound ? value : nil
        }

        mutating func date() -> Int64? {
            let isNegative = take(UInt8(ascii: "-"))
            guard let year = digits(1...6), offset < text.count else { return nil }
            let separator = text[offset]
            guard separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/"), take(separator),
                let month = digits(1...2), take(separator), let day = digits(1...2), month >= 1, month <= 12
            else { return nil }
            let signed = isNegative ? -year : year
            guard signed <= 200_000, signed >= -200_000, day >= 1, day <= Calendar.length(ofMonth: month, signed)
            else { return nil }
            return Calendar.days(signed, month, day)
        }

        /// A time of day in microseconds; 24:00:00 is the end of the day.
        mutating func time() -> Int64? {
            guard let hour = digits(1...2), take(UInt8(ascii: ":")), let minute = digits(1...2) else { return nil }
            var second: Int64 = 0
            var fraction: Int64 = 0
            if take(UInt8(ascii: ":")) {
                guard let value = digits(1...2) else { return nil }
                second = value
                if take(UInt8(ascii: ".")) {
                    let start = offset
                    var unit: Int64 = 100_000
                    while offset < text.count, text[offset] &- 0x30 <= 9 {
                        fraction += Int64(text[offset] &- 0x30) * unit
                        unit /= 10
                        offset += 1
                    }
                    guard offset > start else { return nil }
                }
            }
            let total = ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
            guard minute < 60, second < 60, total <= Calendar.microsecondsPerDay else { return nil }
            return total
        }

        /// An offset from UTC in microseconds; 0 when there is none.
        mutating func zone() -> Int64? {
            _ = take(0x20)
            if isAtEnd || take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return isAtEnd ? 0 : nil }
            let isNegative = take(UInt8(ascii: "-"))
            guard isNegative || take(UInt8(ascii: "+")), let hour = digits(2...2), hour <= 24 else {
                return remaining("UTC") ? 0 : nil
            }
            var minute: Int64 = 0
            var second: Int64 = 0
            if !isAtEnd {
                _ = take(UInt8(ascii: ":"))
                guard let value = digits(2...2), value < 60 else { return nil }
                minute = value
                if take(UInt8(ascii: ":")) {
                    guard let value = digits(2...2), value < 60 else { return nil }
                    second = value
                }
            }
            guard isAtEnd else { return nil }
            let total = ((hour * 60 + minute) * 60 + second) * 1_000_000
            return isNegative ? -total : total
        }

        private mutating func remaining(_ word: StaticString) -> Bool {
            guard text.count - offset == word.utf8CodeUnitCount else { return false }
            return (0..<word.utf8CodeUnitCount).allSatisfy { text[offset + $0] == word.utf8Start[$0] }
        }
    }

    /// Days since 1970 of a date's text; a time of day after it is left out.
    static func date(_ text: UnsafeRawBufferPointer) -> Int64? {
        var cursor = Cursor(text: NumberText.trimmed(text))
        guard let days = cursor.date() else { return nil }
        if cursor.isAtEnd { return days }
        guard cursor.take(0x20) || cursor.take(UInt8(ascii: "T")), cursor.time() != nil, cursor.zone() != nil else {
            return nil
        }
        return days
    }

    /// Microseconds since 1970 of a date and time; without `appliesOffset` the local time counts.
    static func timestamp(_ text: UnsafeRawBufferPointer, appliesOffset: Bool) -> Int64? {
        var cursor = Cursor(text: NumberText.trimmed(text))
        guard let days = cursor.date() else { return nil }
        let midnight = days * microsecondsPerDay
        if cursor.isAtEnd { return midnight }
        guard cursor.take(0x20) || cursor.take(UInt8(ascii: "T")) || cursor.take(UInt8(ascii: "t")),
            let time = cursor.time(), let offset = cursor.zone()
        else { return nil }
        return midnight + time - (appliesOffset ? offset : 0)
    }

    /// Writes `2024-03-05`.
    static func write(date days: Int64, to bytes: inout BytesBuilder) {
        let date = day(days)
        if date.year < 0 { bytes.append(UInt8(ascii: "-")) }
        padded(date.year.magnitudeValue, 4, &bytes)
        bytes.append(UInt8(ascii: "-"))
        padded(date.month, 2, &bytes)
        bytes.append(UInt8(ascii: "-"))
        padded(date.day, 2, &bytes)
    }

    /// Writes `2024-03-05 10:20:30.5`, with `+00` behind it when zoned.
    static func write(timestamp value: Int64, zoned: Bool, to bytes: inout BytesBuilder) {
        let days = day(ofMicroseconds: value)
        let time = value &- days &* microsecondsPerDay
        write(date: days, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        padded(time / 3_600_000_000, 2, &bytes)
        bytes.append(UInt8(ascii: ":"))
        padded(time / 60_000_000 % 60, 2, &bytes)
        bytes.append(UInt8(ascii: ":"))
        padded(time / 1_000_000 % 60, 2, &bytes)
        var fraction = time % 1_000_000
        if fraction > 0 {
            var width = 6
            while fraction % 10 == 0 {
                fraction /= 10
                width -= 1
            }
            bytes.append(UInt8(ascii: "."))
            padded(fraction, width, &bytes)
        }
        if zoned { bytes.append("+00") }
    }

    /// Writes a number with zeros in front.
    static func padded(_ value: Int64, _ width: Int, _ bytes: inout BytesBuilder) {
        var digits = 1
        var rest = value / 10
        while rest > 0 {
            rest /= 10
            digits += 1
        }
        if digits < width { for _ in digits..<width { bytes.append(UInt8(ascii: "0")) } }
        NumberText.write(value, to: &bytes)
    }
}

extension Int64 {
    fileprivate var magnitudeValue: Int64 { self < 0 ? 0 &- self : self }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// Numbers read from text and written as text.
enum NumberText {
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]

    /// The text without spaces around it.
    static func trimmed(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var start = 0
        var end = text.count
        while start < end, isSpace(text[start]) { start += 1 }
        while end > start, isSpace(text[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: text[start..<end])
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte >= 0x09 && byte <= 0x0d }

    /// A decimal number cut into its parts.
    struct Parts {
        var isNegative = false
        /// The digits before the decimal point, as offsets into the text.
        var whole = 0..<0
        /// The digits after it.
        var fraction = 0..<0
        var exponent = 0
    }

    /// The parts of a number such as `-12.5e3`, or nil when the text is not one.
    static func parts(_ text: UnsafeRawBufferPointer) -> Parts? {
        var parts = Parts()
        var offset = 0
        func isDigit() -> Bool { offset < text.count && text[offset] &- 0x30 <= 9 }
        if offset < text.count, text[offset] == UInt8(ascii: "-") || text[offset] == UInt8(ascii: "+") {
            parts.isNegative = text[offset] == UInt8(ascii: "-")
            offset += 1
        }
        let start = offset
        while isDigit() { offset += 1 }
        parts.whole = start..<offset
        if offset < text.count, text[offset] == UInt8(ascii: ".") {
            offset += 1
            let start = offset
            while isDigit() { offset += 1 }
            parts.fraction = start..<offset
        }
        guard parts.whole.count + parts.fraction.count > 0 else { return nil }
        if offset < text.count, text[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            var isNegative = false
            if offset < text.count, text[offset] == UInt8(ascii: "-") || text[offset] == UInt8(ascii: "+") {
                isNegative = text[offset] == UInt8(ascii: "-")
                offset += 1
            }
            guard isDigit() else { return nil }
            var exponent = 0
            while isDigit() {
                exponent = min(exponent * 10 + Int(text[offset] &- 0x30), 100_000)
                offset += 1
            }
            parts.exponent = isNegative ? -exponent : exponent
        }
        return offset == text.count ? parts : nil
    }

    /// The double nearest to a number's text, or nil when it is not a number.
    static func double(_ untrimmed: UnsafeRawBufferPointer) -> Double? {
        let text = trimmed(untrimmed)
        guard let parts = parts(text) else { return nil }
        var mantissa: UInt64 = 0
        if parts.whole.count + parts.fraction.count <= 18 {
            for index in parts.whole { mantissa = mantissa &* 10 &+ UInt64(text[index] &- 0x30) }
            for index in parts.fraction { mantissa = mantissa &* 10 &+ UInt64(text[index] &- 0x30) }
            let power = parts.exponent - parts.fraction.count
            // Both factors are exact, so one operation rounds correctly (Clinger's fast path).
            if mantissa < 1 << 53, power >= -22, power <= 22 {
                let magnitude =
                    power < 0 ? Double(mantissa) / powers[-power] : Double(mantissa) * powers[power]
                return parts.isNegative ? -magnitude : magnitude
            }
        }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { copy in
            for index in 0..<text.count { copy[index] = CChar(bitPattern: text[index]) }
            copy[text.count] = 0
            return copy.baseAddress.map { strtod($0, nil) }
        }
    }

    /// What reading a whole number came to.
    enum Whole { case value(Int64), outOfRange, notNumber }

    /// The whole number of a text; fractions are rounded half away from zero, as for decimals.
    static func integer(_ untrimmed: UnsafeRawBufferPointer) -> Whole {
        let text = trimmed(untrimmed)
        guard let parts = parts(text) else { return .notNumber }
        let digits = parts.whole.count + parts.fraction.count
        func digit(_ index: Int) -> Int64 {
            guard index < digits else { return 0 }
            let place =
                index < parts.whole.count
                ? parts.whole.lowerBound + index : parts.fraction.lowerBound + index - parts.whole.count
            return Int64(text[place] &- 0x30)
        }
        let point = parts.whole.count + parts.exponent
        var value: Int64 = 0
        var index = 0
        while index < point {
            // Past the last digit only zeros follow, which keep a zero zero.
            if index >= digits, value == 0 { break }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.subtractingReportingOverflow(digit(index))
            guard !overflow, !carry else { return .outOfRange }
            value = sum
            index += 1
        }
        if point >= 0, point < digits, digit(point) >= 5 {
            let (sum, carry) = value.subtractingReportingOverflow(1)
            guard !carry else { return .outOfRange }
            value = sum
        }
        if parts.isNegative { return .value(value) }
        return value == .min ? .outOfRange : .value(-value)
    }
}

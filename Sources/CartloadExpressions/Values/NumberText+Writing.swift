// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension NumberText {
    /// Writes a whole number.
    static func write(_ value: Int64, to bytes: inout BytesBuilder) {
        bytes.reserve(20)
        var magnitude = value.magnitude
        var length = 1
        var rest = magnitude
        while rest >= 10 {
            rest /= 10
            length += 1
        }
        let sign = value < 0 ? 1 : 0
        let end = bytes.end
        if sign == 1 { end[0] = UInt8(ascii: "-") }
        var place = sign + length
        repeat {
            place -= 1
            end[place] = UInt8(truncatingIfNeeded: magnitude % 10) &+ 0x30
            magnitude /= 10
        } while magnitude > 0
        bytes.advance(sign + length)
    }

    /// Writes a double with the fewest digits that read back as the same, as `12.5`, `1e+16` or `1e-05`.
    static func write(_ value: Double, to bytes: inout BytesBuilder) {
        guard value == value else { return bytes.append("nan") }  // whatever its sign
        // Swift turns to exponents at 2^53 or 2^54, everybody else at 1e16.
        if value.magnitude >= 0x1p53, value.magnitude < 1e16 {
            write(Int64(value), to: &bytes)
            return bytes.append(".0")
        }
        let text = value.description
        if value.magnitude >= 1e16, value.isFinite, !text.utf8.contains(UInt8(ascii: "e")) {
            var digits = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ".") }
            digits.removeLast()  // the zero after the point
            let exponent = digits.count - 1
            while digits.last == UInt8(ascii: "0") { digits.removeLast() }
            if value < 0 { bytes.append(UInt8(ascii: "-")) }
            bytes.append(digits[0])
            if digits.count > 1 {
                bytes.append(UInt8(ascii: "."))
                for digit in digits.dropFirst() { bytes.append(digit) }
            }
            bytes.append("e+")
            write(Int64(exponent), to: &bytes)
            return
        }
        bytes.append(text)
    }

    /// Writes a number rounded half away from zero to a number of decimals, exactly.
    ///
    /// - Returns: Whether it fits in `precision` digits; false also when the text is not a number.
    static func write(
        decimal untrimmed: UnsafeRawBufferPointer, precision: Int, scale: Int, to bytes: inout BytesBuilder
    ) -> Bool {
        let text = trimmed(untrimmed)
        guard let parts = parts(text) else { return false }
        let total = parts.whole.count + parts.fraction.count
        let point = parts.whole.count + parts.exponent
        guard point <= precision + total else {
            // Only a zero has so few digits and so large an exponent.
            let isZero = text[parts.whole].allSatisfy { $0 == 0x30 } && text[parts.fraction].allSatisfy { $0 == 0x30 }
            guard isZero else { return false }
            bytes.append(UInt8(ascii: "0"))
            if scale > 0 { bytes.append(UInt8(ascii: ".")) }
            for _ in 0..<scale { bytes.append(UInt8(ascii: "0")) }
            return true
        }
        func digit(_ index: Int) -> UInt8 {
            guard index >= 0, index < total else { return 0 }
            let place =
                index < parts.whole.count
                ? parts.whole.lowerBound + index : parts.fraction.lowerBound + index - parts.whole.count
            return text[place] &- 0x30
        }
        // The digits from the first one before the point to the last one kept, with room for a carry in front.
        let first = min(0, point - 1)
        let last = point + scale
        var digits: [UInt8] = [0]
        if last > first { for index in first..<last { digits.append(digit(index)) } }
        if digit(last) >= 5 {
            var place = digits.count - 1
            while digits[place] == 9 {
                digits[place] = 0
                place -= 1
            }
            digits[place] += 1
        }
        while digits.count <= scale { digits.insert(0, at: 0) }
        let wholeDigits = digits.count - scale
        var start = 0
        while start < wholeDigits - 1, digits[start] == 0 { start += 1 }
        let significant = digits[start] == 0 && start == wholeDigits - 1 ? 0 : wholeDigits - start
        guard significant <= precision - scale else { return false }
        if parts.isNegative, digits.contains(where: { $0 != 0 }) { bytes.append(UInt8(ascii: "-")) }
        for index in start..<wholeDigits { bytes.append(digits[index] + 0x30) }
        if scale > 0 {
            bytes.append(UInt8(ascii: "."))
            for index in wholeDigits..<digits.count { bytes.append(digits[index] + 0x30) }
        }
        return true
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Sums of JSON numbers as text: whole numbers exactly at any size, others as doubles in the shortest text.
enum NumberText {
    /// Sums of so many digits fit into 64 bits.
    private static let shortDigits = 18

    /// Appends the sum of two numbers; whether they are numbers and the sum is finite.
    static func append(
        _ left: UnsafeRawBufferPointer, plus right: UnsafeRawBufferPointer, to output: inout BytesBuilder
    ) -> Bool {
        if let left = short(left), let right = short(right) {
            append(left + right, to: &output)
            return true
        }
        if let (isNegative, digits) = whole(left), let (isRightNegative, rightDigits) = whole(right) {
            output.append(long(isNegative, digits, isRightNegative, rightDigits))
            return true
        }
        guard let left = double(left), let right = double(right), (left + right).isFinite else { return false }
        output.append((left + right).description)
        return true
    }

    /// The value of a number; nil for other JSON.
    static func double(_ text: UnsafeRawBufferPointer) -> Double? {
        guard isNumber(text) else { return nil }
        return Double(String(decoding: text, as: UTF8.self))
    }

    private static func isNumber(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let first = text.first else { return false }
        return first == UInt8(ascii: "-") || isDigit(first)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// A whole number of few digits.
    private static func short(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard let first = text.first else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        let start = isNegative ? 1 : 0
        guard text.count > start, text.count - start <= shortDigits else { return nil }
        var value: Int64 = 0
        for place in start..<text.count {
            let digit = text[place] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return isNegative ? -value : value
    }

    private static func append(_ number: Int64, to output: inout BytesBuilder) {
        output.reserve(20)
        let room = output.end
        var rest = number.magnitude
        var length = number < 0 ? 1 : 0
        var power: UInt64 = 10
        length += 1
        while length < 20, rest >= power {
            length += 1
            let (next, overflows) = power.multipliedReportingOverflow(by: 10)
            if overflows { break }
            power = next
        }
        if number < 0 { room[0] = UInt8(ascii: "-") }
        var place = length
        repeat {
            place -= 1
            room[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        output.advance(length)
    }

    /// A whole number of any size: its sign, and its digits from the last to the first.
    private static func whole(_ text: UnsafeRawBufferPointer) -> (isNegative: Bool, digits: [UInt8])? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = text.dropFirst(isNegative ? 1 : 0)
        guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
        return (isNegative, digits.reversed().map { $0 - UInt8(ascii: "0") })
    }

    private static func long(
        _ isNegative: Bool, _ left: [UInt8], _ isRightNegative: Bool, _ right: [UInt8]
    ) -> String {
        var (larger, smaller, isResultNegative) = (left, right, isNegative)
        if left.count < right.count
            || left.count == right.count && left.reversed().lexicographicallyPrecedes(right.reversed())
        {
            (larger, smaller, isResultNegative) = (right, left, isRightNegative)
        }
        let isSum = isNegative == isRightNegative
        var digits: [UInt8] = []
        var carry = 0
        for place in larger.indices {
            let other = place < smaller.count ? Int(smaller[place]) : 0
            let value = isSum ? Int(larger[place]) + other + carry : Int(larger[place]) - other + carry
            digits.append(UInt8((value + 10) % 10))
            carry = value > 9 ? 1 : value < 0 ? -1 : 0
        }
        if carry > 0 { digits.append(1) }
        while digits.count > 1, digits.last == 0 { digits.removeLast() }
        let text = String(decoding: digits.reversed().map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
        return isResultNegative && text != "0" ? "-\(text)" : text
    }
}

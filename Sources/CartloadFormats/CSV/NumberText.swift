// SPDX-License-Identifier: Apache-2.0

/// A number in JSON's grammar, taken apart.
struct NumberText {
    private let text: UnsafeBufferPointer<UInt8>
    private var isNegative = false
    /// The digits, as long as they fit.
    private var mantissa: UInt64 = 0
    /// How many digits from the first that is not zero.
    private var digits = 0
    private var exponent = 0
    private var hasPoint = false
    private var hasExponent = false
    private(set) var isValid = false

    @inline(__always)
    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
        var index = 0
        let count = text.count
        if count > 0, text[0] == UInt8(ascii: "-") {
            isNegative = true
            index = 1
        }
        let first = index
        while index < count, add(text[index]) { index += 1 }
        guard index > first, index == first + 1 || text[first] != UInt8(ascii: "0") else { return }
        if index < count, text[index] == UInt8(ascii: ".") {
            hasPoint = true
            index += 1
            let fraction = index
            while index < count, add(text[index]) { index += 1 }
            guard index > fraction else { return }
            exponent = fraction - index
        }
        if index < count, text[index] | 0x20 == UInt8(ascii: "e") {
            hasExponent = true
            index += 1
            var isDown = false
            if index < count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
                isDown = text[index] == UInt8(ascii: "-")
                index += 1
            }
            let start = index
            var power = 0
            while index < count, text[index] &- 48 < 10 {
                power = min(power * 10 + Int(text[index] &- 48), 100_000)
                index += 1
            }
            guard index > start else { return }
            exponent += isDown ? -power : power
        }
        isValid = index == count
    }

    @inline(__always)
    private mutating func add(_ byte: UInt8) -> Bool {
        let digit = byte &- 48
        guard digit < 10 else { return false }
        if digits < 19 { mantissa = mantissa &* 10 &+ UInt64(digit) }
        if digits > 0 || digit != 0 { digits += 1 }
        return true
    }

    /// Whether there is neither point nor exponent; minus zero has to stay a floating-point number.
    @inline(__always)
    var isWhole: Bool { !hasPoint && !hasExponent && !(isNegative && mantissa == 0) }

    /// The value of a whole number, nil beyond 64 bits.
    @inline(__always)
    var integer: Int64? {
        guard digits <= 19 else { return nil }
        if isNegative {
            return mantissa <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- mantissa) : nil
        }
        return mantissa < 1 << 63 ? Int64(mantissa) : nil
    }

    /// Powers of ten that a Double holds exactly.
    private static let powers: InlineArray<23, Double> = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// Whether the digits and the power of ten are each exact as a Double, so that both directions are lossless.
    @inline(__always)
    var isSimple: Bool { isValid && digits <= 15 && exponent >= -22 && exponent <= 22 }

    /// The value of a simple number: one division or multiplication rounds once (Clinger 1990).
    @inline(__always)
    var simpleDouble: Double {
        let magnitude = Double(mantissa)
        let value = exponent < 0 ? magnitude / NumberText.powers[-exponent] : magnitude * NumberText.powers[exponent]
        return isNegative ? -value : value
    }

    /// The nearest Double; infinite beyond its range.
    var double: Double { isSimple ? simpleDouble : slowDouble }

    @inline(never)
    private var slowDouble: Double { Double(String(decoding: text, as: UTF8.self)) ?? .infinity }

    /// Whether a Double gives the same digits back.
    var keepsDigits: Bool {
        if isSimple { return true }
        if mantissa == 0, digits == 0 { return true }
        guard digits <= 17 else { return false }
        let value = slowDouble
        guard value.isFinite else { return false }
        // Compare the digits of the shortest text that means the value with these.
        let shortest = Array("\(abs(value))".utf8)
        return shortest.withUnsafeBufferPointer { buffer in
            let other = NumberText(buffer)
            return other.isValid && other.significant == significant
        }
    }

    private var significant: Significant {
        var mantissa = mantissa
        var exponent = exponent
        while mantissa != 0, mantissa % 10 == 0 {
            mantissa /= 10
            exponent += 1
        }
        return Significant(mantissa: mantissa, exponent: exponent)
    }

    private struct Significant: Equatable {
        let mantissa: UInt64
        let exponent: Int
    }

    var kind: CellKinds {
        if isWhole {
            guard let integer else { return .wideInteger }
            return integer.magnitude <= 1 << 53 ? .smallInteger : .integer
        }
        return keepsDigits ? .number : .decimal
    }
}

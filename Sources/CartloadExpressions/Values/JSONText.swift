// SPDX-License-Identifier: Apache-2.0

package import CartloadCore

/// Strings in JSON text.
package enum JSONText {
    /// Writes what a quoted JSON string stands for; an ill-formed escape is kept as it is, a lone surrogate becomes U+FFFD.
    package static func write(unescaped text: UnsafeRawBufferPointer, to bytes: inout BytesBuilder) {
        let end = text.last == UInt8(ascii: "\"") && text.count > 1 ? text.count - 1 : text.count
        var index = 1
        while index < end {
            let byte = text[index]
            guard byte == UInt8(ascii: "\\"), index + 1 < end else {
                bytes.append(byte)
                index += 1
                continue
            }
            let letter = text[index + 1]
            index += 2
            switch letter {
            case UInt8(ascii: "n"): bytes.append(0x0a)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "r"): bytes.append(0x0d)
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0c)
            case UInt8(ascii: "u"):
                guard var unit = unit(text, index, end) else {
                    bytes.append("\\u")
                    continue
                }
                index += 4
                if unit & 0xfc00 == 0xd800, index + 1 < end, text[index] == UInt8(ascii: "\\"),
                    text[index + 1] == UInt8(ascii: "u"), let low = self.unit(text, index + 2, end),
                    low & 0xfc00 == 0xdc00
                {
                    unit = 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff)
                    index += 6
                }
                Letters.write(unit & 0xffff_f800 == 0xd800 ? 0xfffd : unit, to: &bytes)
            default: bytes.append(letter)
            }
        }
    }

    private static func unit(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> UInt32? {
        guard start + 4 <= end else { return nil }
        var value: UInt32 = 0
        for index in start..<start + 4 {
            guard let digit = Character(Unicode.Scalar(text[index])).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// Writes a text as a JSON string with its quotes.
    package static func write(quoted text: UnsafeRawBufferPointer, to bytes: inout BytesBuilder) {
        bytes.reserve(text.count + 2)
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""): bytes.append("\\\"")
            case UInt8(ascii: "\\"): bytes.append("\\\\")
            case 0x0a: bytes.append("\\n")
            case 0x0d: bytes.append("\\r")
            case 0x09: bytes.append("\\t")
            case 0..<0x20:
                bytes.append("\\u00")
                for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? digit + 0x30 : digit + 0x57) }
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

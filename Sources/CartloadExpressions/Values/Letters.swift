// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// UTF-8 text in letters: cases and counting.
enum Letters {
    /// Whether all bytes are ASCII, eight at a time.
    @inline(__always)
    static func isASCII(_ text: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        var seen: UInt64 = 0
        while offset + 8 <= text.count {
            seen |= text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            offset += 8
        }
        var rest: UInt8 = 0
        while offset < text.count {
            rest |= text[offset]
            offset += 1
        }
        return seen & 0x8080_8080_8080_8080 == 0 && rest < 0x80
    }

    /// How many code points there are.
    @inline(__always)
    static func count(_ text: UnsafeRawBufferPointer) -> Int {
        var count = 0
        for index in 0..<text.count where text[index] & 0xc0 != 0x80 { count += 1 }
        return count
    }

    /// The byte at which the code point of that number starts; the end when there are not so many.
    static func offset(of number: Int, in text: UnsafeRawBufferPointer) -> Int {
        guard number > 0 else { return 0 }
        var left = number
        var offset = 0
        while offset < text.count {
            if text[offset] & 0xc0 != 0x80 {
                if left == 0 { return offset }
                left -= 1
            }
            offset += 1
        }
        return text.count
    }

    /// The part of a text from one code point to another.
    static func slice(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> UnsafeRawBufferPointer {
        if isASCII(text) {
            let clamped = range.clamped(to: 0..<text.count)
            return UnsafeRawBufferPointer(rebasing: text[clamped])
        }
        let start = offset(of: range.lowerBound, in: text)
        let rest = UnsafeRawBufferPointer(rebasing: text[start...])
        return UnsafeRawBufferPointer(rebasing: rest[..<offset(of: range.count, in: rest)])
    }

    /// Copies ASCII in the other case; `first` is the first letter of the case to change.
    @inline(__always)
    static func copyASCII(
        _ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int, upper: Bool
    ) {
        let first: UInt8 = upper ? 0x61 : 0x41
        for index in 0..<count {
            let byte = source[index]
            target[index] = byte ^ (byte &- first < 26 ? 0x20 : 0)
        }
    }

    /// The single letter that another one maps to: mappings to several letters are left alone, as DuckDB does.
    private static func mapping(_ scalar: Unicode.Scalar, upper: Bool) -> Unicode.Scalar {
        let properties = scalar.properties
        let text = (upper ? properties.uppercaseMapping : properties.lowercaseMapping).unicodeScalars
        if let only = text.first, text.count == 1 { return only }
        switch scalar {
        case "\u{df}": return "\u{1e9e}"
        case "\u{130}": return "i"
        default: break
        }
        let title = properties.titlecaseMapping.unicodeScalars
        if upper, let only = title.first, title.count == 1 { return only }
        return scalar
    }

    private static let upperTable: [UInt16] = table(upper: true)
    private static let lowerTable: [UInt16] = table(upper: false)

    /// Latin, Greek, Cyrillic, Hebrew and Arabic letters beforehand: those with two bytes.
    private static func table(upper: Bool) -> [UInt16] {
        (0..<0x800).map { value in
            Unicode.Scalar(UInt32(value)).map {
                UInt16(truncatingIfNeeded: min(mapping($0, upper: upper).value, 0xffff))
            } ?? 0
        }
    }

    /// Writes a text in upper or lower case; ill-formed bytes stay as they are.
    static func write(_ text: UnsafeRawBufferPointer, upper: Bool, to bytes: inout BytesBuilder) {
        let table = upper ? upperTable : lowerTable
        bytes.reserve(text.count * 2 + 4)
        var offset = 0
        while offset < text.count {
            let byte = text[offset]
            if byte < 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: table[Int(byte)]))
                offset += 1
                continue
            }
            let length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
            guard byte >= 0xc2, offset + length <= text.count else {
                bytes.append(byte)
                offset += 1
                continue
            }
            var value = UInt32(byte) & (0x7f >> UInt32(length))
            for index in 1..<length { value = value << 6 | UInt32(text[offset + index] & 0x3f) }
            offset += length
            if value < 0x800 {
                write(UInt32(table[Int(value)]), to: &bytes)
            } else if let scalar = Unicode.Scalar(value) {
                write(mapping(scalar, upper: upper).value, to: &bytes)
            } else {
                bytes.append(UnsafeRawBufferPointer(rebasing: text[offset - length..<offset]))
            }
        }
    }

    /// Writes a code point in UTF-8.
    @inline(__always)
    static func write(_ value: UInt32, to bytes: inout BytesBuilder) {
        func byte(_ value: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: value) }
        if value < 0x80 {
            bytes.append(byte(value))
        } else if value < 0x800 {
            bytes.append(byte(0xc0 | value >> 6))
            bytes.append(byte(0x80 | value & 0x3f))
        } else {
            if value < 0x10000 {
                bytes.append(byte(0xe0 | value >> 12))
            } else {
                bytes.append(byte(0xf0 | value >> 18))
                bytes.append(byte(0x80 | value >> 12 & 0x3f))
            }
            bytes.append(byte(0x80 | value >> 6 & 0x3f))
            bytes.append(byte(0x80 | value & 0x3f))
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CByteScan
internal import CartloadCore

/// Appends cells to bytes.
struct CSVWriter: ~Copyable {
    var bytes: BytesBuilder
    /// Whether a text would have needed quotes and the file knows none.
    private(set) var isUnwritable = false
    private let dialect: CSVDialect
    private let nullText: [UInt8]

    init(_ encoder: CSVEncoder, capacity: Int) {
        bytes = BytesBuilder(capacity: capacity)
        dialect = encoder.dialect
        nullText = encoder.nullText
    }

    @inline(__always)
    mutating func cell(_ source: CSVCellSource, _ row: Int) {
        switch source {
        case .null: null()
        case .boolean(let bits, let validity):
            if isValid(validity, row) {
                bytes.append(Bitmap.isSet(bits, row) ? "true" : "false" as StaticString)
            } else {
                null()
            }
        case .int64(let values, let validity):
            if isValid(validity, row) { integer(values[row]) } else { null() }
        case .float64(let values, let validity):
            if isValid(validity, row) { number(values[row]) } else { null() }
        case .text(let offsets, let base, let validity):
            if isValid(validity, row) {
                let start = Int(offsets[row])
                text(UnsafeRawBufferPointer(start: base + start, count: Int(offsets[row + 1]) - start))
            } else {
                null()
            }
        }
    }

    @inline(__always)
    private func isValid(_ validity: UnsafePointer<UInt8>?, _ row: Int) -> Bool {
        guard let validity else { return true }
        return Bitmap.isSet(validity, row)
    }

    private mutating func null() {
        for byte in nullText { bytes.append(byte) }
    }

    private mutating func integer(_ value: Int64) {
        bytes.reserve(20)
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var count = 0
        var rest = value.magnitude
        withUnsafeMutableBytes(of: &digits) { room in
            repeat {
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                count += 1
                room[24 - count] = UInt8(truncatingIfNeeded: digit) + 48
                rest = quotient
            } while rest != 0
            if value < 0 {
                count += 1
                room[24 - count] = UInt8(ascii: "-")
            }
            bytes.append(UnsafeRawBufferPointer(rebasing: room[(24 - count)...]))
        }
    }

    private mutating func number(_ value: Double) {
        // Most numbers have few decimals: n / 10^k, divided once, is exact, so the text means the same number.
        let magnitude = value.magnitude
        if magnitude < 1e9, value != 0 || value.sign == .plus {
            var power = 1.0
            for decimals in 0...5 {
                let scaled = (magnitude * power).rounded()
                if scaled / power == magnitude {
                    decimal(UInt64(scaled), decimals, isNegative: value < 0)
                    return
                }
                power *= 10
            }
        }
        bytes.append("\(value)")
    }

    private mutating func decimal(_ scaled: UInt64, _ decimals: Int, isNegative: Bool) {
        if isNegative { bytes.append(UInt8(ascii: "-")) }
        var unit: UInt64 = 1
        for _ in 0..<decimals { unit *= 10 }
        integer(Int64(scaled / unit))
        bytes.append(UInt8(ascii: "."))
        var rest = scaled % unit
        if decimals == 0 { bytes.append(UInt8(ascii: "0")) }
        for _ in 0..<decimals {
            unit /= 10
            bytes.append(UInt8(truncatingIfNeeded: rest / unit) + 48)
            rest %= unit
        }
    }

    /// A text, quoted where it would be misunderstood.
    mutating func text(_ value: UnsafeRawBufferPointer) {
        guard let base = value.baseAddress?.assumingMemoryBound(to: UInt8.self), value.count > 0 else {
            if nullText.isEmpty { quoted(value) }
            return
        }
        if needsQuotes(base, value.count) { quoted(value) } else { bytes.append(value) }
    }

    private func needsQuotes(_ base: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if dialect.hasQuotes, base[0] == 32 || base[count - 1] == 32 || base[0] == 9 || base[count - 1] == 9 {
            return true
        }
        if !nullText.isEmpty, count == nullText.count,
            nullText.elementsEqual(UnsafeBufferPointer(start: base, count: count))
        {
            return true
        }
        // A byte order mark at the beginning of the file would be taken away.
        if dialect.hasQuotes, base[0] == 0xef || base[0] >= 0xfe { return true }
        var offset = 0
        while offset < count {
            let masks = cl_scan_cells(base + offset, dialect.quote, dialect.delimiter)
            let valid = count - offset < 64 ? (1 << UInt64(count - offset)) &- 1 : ~0 as UInt64
            let quotes = dialect.hasQuotes ? masks.quotes : 0
            if (quotes | masks.delimiters | masks.feeds | masks.returns) & valid != 0 { return true }
            offset += 64
        }
        return false
    }

    private mutating func quoted(_ value: UnsafeRawBufferPointer) {
        guard dialect.hasQuotes else {
            isUnwritable = true
            return
        }
        bytes.reserve(value.count * 2 + 2)
        let quote = dialect.quote
        let mark = dialect.escape ?? quote
        var out = bytes.end
        let start = out
        out[0] = quote
        out += 1
        for byte in value {
            out[0] = mark
            out += byte == quote || byte == mark ? 1 : 0
            out[0] = byte
            out += 1
        }
        out[0] = quote
        bytes.advance(out + 1 - start)
    }
}

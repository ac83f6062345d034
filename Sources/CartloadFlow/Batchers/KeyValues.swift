// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadExpressions
internal import Glibc

/// A column as the part of a key: hashes and comparisons without making values.
struct KeyValues {
    let column: Column
    /// Text that is JSON: the same value can be written in several ways.
    private let isJSON: Bool
    private let canonical: [String]?

    init(_ column: Column) {
        self.column = column
        isJSON = column.type.isNested
        // Columns of mixed types are rare, so their values are made comparable one by one.
        guard isJSON, case .text(let text) = column.values, !KeyValues.areSpelledOnce(text, column) else {
            canonical = nil
            return
        }
        canonical = (0..<column.count).map { row in
            column.isNull(row) ? "" : KeyValues.canonical(text.value(row)).description
        }
    }

    /// Whether all values are strings without escapes, of which each has one spelling only; most keys are.
    private static func areSpelledOnce(_ text: TextBuffer, _ column: Column) -> Bool {
        for row in 0..<column.count where !column.isNull(row) {
            guard text.value(row).first == UInt8(ascii: "\"") else { return false }
        }
        return text.bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return true }
            return memchr(base, CInt(UInt8(ascii: "\\")), bytes.count) == nil
        }
    }

    /// A JSON value in one spelling: integral numbers without a point or an exponent, members sorted.
    private static func canonical(_ text: UnsafeRawBufferPointer) -> JSONValue {
        guard let value = try? JSONValue(parsing: Bytes(copying: text)) else {
            return .string(String(decoding: text, as: UTF8.self))
        }
        return canonical(value)
    }

    private static func canonical(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number(let text):
            if Int64(text) != nil { return text == "-0" ? .number("0") : value }
            guard let double = Double(text), double.isFinite else { return value }
            if let whole = Int64(exactly: double), whole.magnitude < 1 << 53 { return .int(whole) }
            return .double(double)
        case .array(let elements): return .array(elements.map { canonical($0) })
        case .object(let object):
            let members = object.members.sorted { $0.key < $1.key }.map { ($0.key, canonical($0.value)) }
            return .object(JSONObject(members))
        default: return value
        }
    }

    /// Writes a hash of every row's value into `hashes`, mixed with what is there.
    func mixHashes(into hashes: UnsafeMutablePointer<UInt64>) {
        let count = column.count
        switch column.values {
        case .null: break
        case .boolean(let bits): for row in 0..<count { KeyValues.mix(&hashes[row], bits[row] ? 1 : 2) }
        case .int64(let buffer):
            let values = buffer.pointer
            for row in 0..<count { KeyValues.mix(&hashes[row], UInt64(bitPattern: values[row])) }
        case .float64(let buffer):
            let values = buffer.pointer
            for row in 0..<count { KeyValues.mix(&hashes[row], KeyValues.bits(values[row])) }
        case .text(let text):
            if let canonical {
                for row in 0..<count {
                    var spelling = canonical[row]
                    spelling.withUTF8 { KeyValues.mix(&hashes[row], UnsafeRawBufferPointer($0)) }
                }
            } else {
                for row in 0..<count { KeyValues.mix(&hashes[row], text.value(row)) }
            }
        }
        guard let validity = column.validity else { return }
        for row in 0..<count where !validity[row] { hashes[row] = 0x9e37_79b9_7f4a_7c15 }
    }

    /// One pattern for the two zeros and one for all NaNs.
    @inline(__always) private static func bits(_ value: Double) -> UInt64 {
        value == 0 ? 0 : value != value ? .max : value.bitPattern
    }

    @inline(__always) private static func mix(_ hash: inout UInt64, _ value: UInt64) {
        let product = (hash ^ value).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        hash = product.high ^ product.low &+ 0x2545_f491_4f6c_dd1d
    }

    @inline(__always) private static func mix(_ hash: inout UInt64, _ text: UnsafeRawBufferPointer) {
        mix(&hash, UInt64(truncatingIfNeeded: text.count))
        var offset = 0
        while offset + 8 <= text.count {
            mix(&hash, text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        if offset < text.count {
            var rest: UInt64 = 0
            while offset < text.count {
                rest = rest << 8 | UInt64(text[offset])
                offset += 1
            }
            mix(&hash, rest)
        }
    }

    /// Whether two rows have the same value.
    @inline(__always)
    func areEqual(_ left: Int, _ right: Int) -> Bool {
        if let validity = column.validity {
            let isValid = validity[left]
            guard isValid == validity[right] else { return false }
            if !isValid { return true }
        }
        switch column.values {
        case .null: return true
        case .boolean(let bits): return bits[left] == bits[right]
        case .int64(let buffer): return buffer.pointer[left] == buffer.pointer[right]
        case .float64(let buffer): return KeyValues.bits(buffer.pointer[left]) == KeyValues.bits(buffer.pointer[right])
        case .text(let text):
            if let canonical { return canonical[left] == canonical[right] }
            let (one, other) = (text.value(left), text.value(right))
            guard one.count == other.count else { return false }
            guard let start = one.baseAddress, let end = other.baseAddress else { return true }
            return memcmp(start, end, one.count) == 0
        }
    }

    /// A row's value for the batch's key.
    func value(_ row: Int) -> JSONValue {
        if column.isNull(row) { return .null }
        switch column.values {
        case .null: return .null
        case .boolean(let bits): return .bool(bits[row])
        case .int64(let buffer):
            switch column.type {
            case .timestamp, .date: return .string(KeyValues.text(of: column, row))
            default: return .int(buffer[row])
            }
        case .float64(let buffer):
            return Int64(exactly: buffer[row]).map { .int($0) } ?? .double(buffer[row])
        case .text(let text):
            if isJSON { return KeyValues.canonical(text.value(row)) }
            return column.type.isNumeric ? .number(text[row]) : .string(text[row])
        }
    }

    /// A date or moment as text, as `CAST` writes it.
    private static func text(of column: Column, _ row: Int) -> String {
        guard case .int64(let buffer) = column.values else { return "" }
        let one = Column(type: column.type, values: .int64(Buffer([buffer[row]])), count: 1)
        let columns = Columns(schema: Schema([Field("x", column.type)]), columns: [one], count: 1)
        guard let cast = try? Expression(parsing: "CAST(x AS VARCHAR)").evaluate(over: columns).column,
            case .text(let text) = cast.values
        else { return String(buffer[row]) }
        return text[0]
    }
}

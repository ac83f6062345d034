// SPDX-License-Identifier: Apache-2.0

internal import CSQLite
internal import CartloadCore

/// Builds one column of a block from SQLite's values, each of which may have a type of its own.
///
/// The column is as narrow as its values allow and widens when one does not fit; no value is ever changed to fit. A
/// noncopyable struct rather than a class, so that appending needs no exclusivity checks.
struct ColumnReader: ~Copyable {
    enum Form { case empty, integer, real, digits, text, blob, json }

    private(set) var form = Form.empty
    private(set) var count = 0
    /// The first row whose text is not UTF-8 and had to be repaired to be spelled as JSON; the reader makes it an error.
    private(set) var firstRepaired: Int?
    private var fixed = BytesBuilder()
    private var text = TextBuilder()
    private var validity = BitmapBuilder()

    /// Appends a column of the statement's current row.
    ///
    /// - Returns: How many bytes it took.
    @inline(__always)
    mutating func append(_ statement: OpaquePointer, _ column: Int32) -> Int {
        let type = sqlite3_column_type(statement, column)
        if type == SQLITE_NULL {
            appendNull()
            return 1
        }
        let needed = form(for: type, statement, column)
        if needed != form { widen(to: needed) }
        validity.append(true)
        count += 1
        switch needed {
        case .integer:
            appendFixed(sqlite3_column_int64(statement, column))
            return 8
        case .real:
            // An integer comes here only if it is the same as a floating-point number.
            appendFixed(sqlite3_column_double(statement, column))
            return 8
        case .text:
            let start = sqlite3_column_text(statement, column)
            let size = Int(sqlite3_column_bytes(statement, column))
            text.append(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : size))
            return size + 4
        case .digits, .blob, .json, .empty: return appendSpelled(statement, column, type, as: needed)
        }
    }

    private mutating func appendNull() {
        validity.append(false)
        count += 1
        switch form {
        case .empty: break
        case .integer, .real: appendFixed(Int64(0))
        case .digits, .text, .blob, .json: text.appendEmpty()
        }
    }

    @inline(__always)
    private mutating func appendFixed<Value: BitwiseCopyable>(_ value: Value) {
        fixed.reserve(8)
        UnsafeMutableRawPointer(fixed.end).storeBytes(of: value, as: Value.self)
        fixed.advance(8)
    }

    /// The narrowest form that holds both what is there and a value of this type.
    @inline(__always)
    private func form(for type: Int32, _ statement: OpaquePointer, _ column: Int32) -> Form {
        switch (type, form) {
        case (SQLITE_INTEGER, .integer), (SQLITE_INTEGER, .empty): .integer
        case (SQLITE_FLOAT, .real), (SQLITE_FLOAT, .empty): .real
        case (SQLITE_TEXT, .text), (SQLITE_TEXT, .empty): .text
        case (SQLITE_BLOB, .blob), (SQLITE_BLOB, .empty): .blob
        case (SQLITE_INTEGER, .digits), (SQLITE_FLOAT, .digits): .digits
        case (SQLITE_INTEGER, .real): ColumnReader.fitsDouble(sqlite3_column_int64(statement, column)) ? .real : .digits
        case (SQLITE_FLOAT, .integer): fixedIntegersFitDouble ? .real : .digits
        default: .json
        }
    }

    private static func fitsDouble(_ value: Int64) -> Bool { value.magnitude <= 1 << 53 }

    private var fixedIntegersFitDouble: Bool {
        (0..<count).allSatisfy { ColumnReader.fitsDouble(fixed.base.load(fromByteOffset: $0 * 8, as: Int64.self)) }
    }

    // MARK: Widening, at most a few times a block

    private mutating func widen(to wider: Form) {
        let old = form
        form = wider
        switch (old, wider) {
        case (.empty, .integer), (.empty, .real): for _ in 0..<count { appendFixed(Int64(0)) }
        case (.empty, _): for _ in 0..<count { text.appendEmpty() }
        case (.integer, .real):
            for row in 0..<count {
                let value = fixed.base.load(fromByteOffset: row * 8, as: Int64.self)
                fixed.base.storeBytes(of: Double(value), toByteOffset: row * 8, as: Double.self)
            }
        case (.integer, _), (.real, _):
            for row in 0..<count {
                guard isValid(row) else {
                    text.appendEmpty()
                    continue
                }
                if old == .integer {
                    text.append(String(fixed.base.load(fromByteOffset: row * 8, as: Int64.self)))
                } else {
                    text.append(ColumnReader.spelled(fixed.base.load(fromByteOffset: row * 8, as: Double.self)))
                }
            }
            fixed.truncate()
        case (.text, .json), (.blob, .json): quoteText()
        default: break  // digits are JSON as they are
        }
    }

    private func isValid(_ row: Int) -> Bool {
        Bitmap.isSet(UnsafePointer(validity.bytes.base.assumingMemoryBound(to: UInt8.self)), row)
    }

    /// Puts every value so far in quotes.
    private mutating func quoteText() {
        var plain = TextBuilder()
        swap(&plain, &text)
        let values = plain.finish()
        firstRepaired = firstRepaired ?? values.firstInvalid
        for row in 0..<values.count {
            if isValid(row) { text.append(JSONValue.string(values[row]).description) } else { text.appendEmpty() }
        }
    }

    /// The shortest digits that read back as the same number; an infinity as a number too large for any.
    private static func spelled(_ value: Double) -> String {
        value.isFinite ? value.description : value < 0 ? "-9e999" : "9e999"
    }

    private mutating func appendSpelled(
        _ statement: OpaquePointer, _ column: Int32, _ type: Int32, as form: Form
    ) -> Int {
        let before = text.bytes.count
        switch type {
        case SQLITE_INTEGER: text.append(String(sqlite3_column_int64(statement, column)))
        case SQLITE_FLOAT: text.append(ColumnReader.spelled(sqlite3_column_double(statement, column)))
        default:
            let start = sqlite3_column_blob(statement, column)
            let bytes = UnsafeRawBufferPointer(
                start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, column)))
            let plain = type == SQLITE_BLOB ? ColumnReader.hexadecimal(bytes) : String(decoding: bytes, as: UTF8.self)
            if type == SQLITE_TEXT, firstRepaired == nil, !TextBuffer.isUTF8(bytes) { firstRepaired = count - 1 }
            text.append(form == .json ? JSONValue.string(plain).description : plain)
        }
        return text.bytes.count - before + 4
    }

    private static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer[index * 2] = digits[Int(byte >> 4)]
                buffer[index * 2 + 1] = digits[Int(byte & 15)]
            }
            return bytes.count * 2
        }
    }

    // MARK: Finishing

    /// Hands over what was appended, and starts anew.
    ///
    /// - Parameters:
    ///   - type: The type of the column when every value is null.
    ///   - isBoolean: Whether the table declares it as boolean; then zeros and ones are booleans.
    mutating func finish(_ type: FieldType, isBoolean: Bool) -> Column {
        var fixed = BytesBuilder(capacity: self.fixed.count)
        var text = TextBuilder(capacity: form == .text ? count : 0, byteCapacity: self.text.bytes.count)
        var validity = BitmapBuilder(capacity: count)
        swap(&fixed, &self.fixed)
        swap(&text, &self.text)
        swap(&validity, &self.validity)
        let (form, count) = (self.form, self.count)
        self.form = .empty
        self.count = 0
        firstRepaired = nil
        let valid = validity.zeros == 0 ? nil : validity.finish()
        switch form {
        case .empty: return .nulls(type, count: count)
        case .integer:
            let values = Buffer<Int64>(bytes: fixed.finish())
            if isBoolean, (0..<count).allSatisfy({ values[$0] == 0 || values[$0] == 1 }) {
                let bits = Bitmap((0..<count).lazy.map { values[$0] == 1 })
                return Column(type: .boolean, values: .boolean(bits), validity: valid, count: count)
            }
            return Column(type: .integer, values: .int64(values), validity: valid, count: count)
        case .real:
            return Column(
                type: .number, values: .float64(Buffer(bytes: fixed.finish())), validity: valid, count: count)
        case .digits: return Column(type: .decimal(), values: .text(text.finish()), validity: valid, count: count)
        case .text: return Column(type: .string, values: .text(text.finish()), validity: valid, count: count)
        case .blob: return Column(type: .binary, values: .text(text.finish()), validity: valid, count: count)
        case .json: return Column(type: .json, values: .text(text.finish()), validity: valid, count: count)
        }
    }
}

extension TextBuffer {
    /// The first value that is not UTF-8; SQLite stores any bytes as text.
    var firstInvalid: Int? {
        let continues = (0..<count).contains { row in
            offsets.pointer[row] < offsets.pointer[row + 1] && value(row)[0] & 0xc0 == 0x80
        }
        let isValid = bytes.withUnsafeBytes { TextBuffer.isUTF8($0) }
        if isValid, !continues { return nil }
        return (0..<count).first { !TextBuffer.isUTF8(value($0)) }
    }

    fileprivate static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.withMemoryRebound(to: UInt8.self) { (try? UTF8Span(validating: $0.span)) != nil }
    }
}

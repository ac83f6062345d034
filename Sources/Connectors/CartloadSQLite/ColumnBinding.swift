// SPDX-License-Identifier: Apache-2.0

internal import CSQLite
internal import CartloadCore
internal import SQLiteDatabase

/// One column of a batch as the insert loop sees it: raw pointers, so that a row costs no Swift object.
struct ColumnBinding {
    private enum Form { case null, boolean, int64, float64, text }

    private let form: Form
    private let position: Int32
    private let validity: UnsafePointer<UInt8>?
    private let values: UnsafeRawPointer
    private let offsets: UnsafePointer<Int32>?

    /// - Parameters:
    ///   - column: Must outlive the binding.
    ///   - position: The parameter that it is bound to, from 1.
    init(_ column: Column, position: Int) {
        self.position = Int32(clamping: position)
        validity = column.validity.map { $0.pointer }
        switch column.values {
        case .null:
            form = .null
            values = Bytes().baseAddress  // never read
            offsets = nil
        case .boolean(let bits):
            form = .boolean
            values = UnsafeRawPointer(bits.pointer)
            offsets = nil
        case .int64(let buffer):
            form = .int64
            values = UnsafeRawPointer(buffer.pointer)
            offsets = nil
        case .float64(let buffer):
            form = .float64
            values = UnsafeRawPointer(buffer.pointer)
            offsets = nil
        case .text(let text):
            form = .text
            values = text.bytes.baseAddress
            offsets = text.offsets.pointer
        }
    }

    /// Binds the column's value of one row; text stays where it is (SQLITE_STATIC).
    @inline(__always)
    func bind(_ row: Int, to statement: OpaquePointer) -> Int32 {
        if let validity, !Bitmap.isSet(validity, row) { return sqlite3_bind_null(statement, position) }
        switch form {
        case .text:
            guard let offsets else { return SQLITE_MISUSE }
            let start = Int(offsets[row])
            return cartload_sqlite_bind_text_static(
                statement, position, values + start, UInt64(Int(offsets[row + 1]) - start))
        case .int64:
            return sqlite3_bind_int64(statement, position, values.load(fromByteOffset: row << 3, as: Int64.self))
        case .float64:
            return sqlite3_bind_double(statement, position, values.load(fromByteOffset: row << 3, as: Double.self))
        case .boolean:
            return sqlite3_bind_int64(
                statement, position, Bitmap.isSet(values.assumingMemoryBound(to: UInt8.self), row) ? 1 : 0)
        case .null: return sqlite3_bind_null(statement, position)
        }
    }
}

extension Statement {
    /// Executes the statement once for each row. The columns must live until this returns.
    func insert(_ bindings: [ColumnBinding], _ selection: Selection) throws {
        // Nothing may point into the batch afterwards, also not when a row fails.
        defer {
            reset()
            clearBindings()
        }
        try bindings.withUnsafeBufferPointer { bindings in
            let handle = handle
            try selection.forEach { row in
                var result: Int32 = SQLITE_OK
                for binding in bindings { result |= binding.bind(row, to: handle) }
                guard result == SQLITE_OK else {
                    // Several codes may be mixed here, but only a value's size can be wrong.
                    throw database.failure(SQLITE_TOOBIG, sql: sql)
                }
                let step = sqlite3_step(handle)
                guard step == SQLITE_DONE else { throw database.failure(step, sql: sql) }
                sqlite3_reset(handle)
            }
        }
    }
}

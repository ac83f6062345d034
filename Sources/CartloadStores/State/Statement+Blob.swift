// SPDX-License-Identifier: Apache-2.0

internal import CSQLite
internal import CartloadCore
internal import SQLiteDatabase

extension Statement {
    /// Binds bytes where they are; they must stay there until the statement is bound again or cleared.
    func bind(_ index: Int, _ bytes: Bytes) throws {
        let position = Int32(clamping: index)
        let result =
            bytes.isEmpty
            ? sqlite3_bind_zeroblob(handle, position, 0)
            : sqlite3_bind_blob64(handle, position, bytes.baseAddress, UInt64(bytes.count), nil)
        guard result == SQLITE_OK else { throw database.failure(result, sql: sql) }
    }

    func bind(_ index: Int, _ number: Int) throws { try bind(index, .integer(Int64(number))) }

    /// The bytes of a column in place, valid until the next step; empty for null.
    func blob(_ column: Int) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, Int32(column))
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column))))
    }

    func int(_ column: Int) -> Int { Int(int64(column)) }

    /// Runs to the end and makes ready for the next time.
    func run() throws {
        defer { reset() }
        while try step() {}
    }
}

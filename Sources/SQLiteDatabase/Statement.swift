// SPDX-License-Identifier: Apache-2.0

internal import CSQLite

/// A value to bind where speed does not matter.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
}

/// A prepared statement; it keeps its database open.
///
/// Unchecked for the same reason as ``Database``: one thread at a time.
package final class Statement: @unchecked Sendable {
    /// For the connector's inner loops, which call the library directly.
    package let handle: OpaquePointer
    package let database: Database
    package let sql: String

    init(_ handle: OpaquePointer, of database: Database, sql: String) {
        self.handle = handle
        self.database = database
        self.sql = sql
    }

    deinit { sqlite3_finalize(handle) }

    /// Moves to the next row.
    ///
    /// - Returns: Whether there is one.
    package func step() throws -> Bool {
        let result = sqlite3_step(handle)
        switch result {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let error = database.failure(result, sql: sql)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Makes ready for the next execution; bound values stay.
    package func reset() { sqlite3_reset(handle) }

    /// Lets go of everything bound, so that no pointer of a caller stays behind.
    package func clearBindings() { sqlite3_clear_bindings(handle) }

    /// Binds a value to a parameter, counted from 1.
    package func bind(_ index: Int, _ value: SQLValue) throws {
        let position = Int32(clamping: index)
        let result =
            switch value {
            case .null: sqlite3_bind_null(handle, position)
            case .integer(let value): sqlite3_bind_int64(handle, position, value)
            case .real(let value): sqlite3_bind_double(handle, position, value)
            case .text(var text):
                text.withUTF8 { utf8 in
                    utf8.withMemoryRebound(to: CChar.self) { bytes in
                        // SQLite takes a null pointer for NULL, and an empty string may have no address.
                        cartload_sqlite_bind_text_copy(
                            handle, position, bytes.baseAddress ?? Statement.empty, UInt64(bytes.count))
                    }
                }
            }
        guard result == SQLITE_OK else { throw database.failure(result, sql: sql) }
    }

    /// Something to point at for text without bytes; never freed, never written.
    private nonisolated(unsafe) static let empty: UnsafePointer<CChar> = {
        let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        byte.initialize(to: 0)
        return UnsafePointer(byte)
    }()

    package var columnCount: Int { Int(sqlite3_column_count(handle)) }

    package func columnName(_ column: Int) -> String {
        sqlite3_column_name(handle, Int32(column)).map { String(cString: $0) } ?? ""
    }

    /// The type in the table's definition, for a column that comes straight from a table.
    package func declaredType(_ column: Int) -> String? {
        sqlite3_column_decltype(handle, Int32(column)).map { String(cString: $0) }
    }

    package func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    package func int64(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

    package func double(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }

    /// The text of a column in place, valid until the next step; nil for null.
    package func text(_ column: Int) -> UnsafeRawBufferPointer? {
        guard let start = sqlite3_column_text(handle, Int32(column)) else { return nil }
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column))))
    }

    package func string(_ column: Int) -> String? { text(column).map { String(decoding: $0, as: UTF8.self) } }
}

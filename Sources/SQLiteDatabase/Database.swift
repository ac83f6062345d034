// SPDX-License-Identifier: Apache-2.0

internal import CSQLite
internal import CartloadCore

/// An open SQLite database, closed when the last reference goes.
///
/// Unchecked because a connection and its statements are used by one thread at a time: each belongs to one reader,
/// writer or store, which calls it from one task, or holds a lock around it. Moving from thread to thread between
/// calls is fine (the library is compiled thread-safe; the connection is opened without its own mutex, which would be
/// taken per value).
package final class Database: @unchecked Sendable {
    /// How a database may be used.
    package enum Access: Sendable {
        case readOnly
        /// Read and write, and make the file when it is not there.
        case create
    }

    /// The file's path as given, for messages.
    package let path: String
    let handle: OpaquePointer

    /// Opens a database and reads its header, so that a file that is none fails here.
    ///
    /// - Parameter busyTimeout: How long a call waits for another connection's lock before `sqlite.locked` (I7).
    package init(path: String, access: Access, busyTimeout: Duration = .seconds(5)) throws {
        _ = Database.isConfigured
        self.path = path
        let wait = Int32(
            clamping: busyTimeout.components.seconds * 1000 + busyTimeout.components.attoseconds / 1_000_000_000_000_000
        )
        let write = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        do {
            handle = try Database.open(path, access == .readOnly ? SQLITE_OPEN_READONLY : write, wait)
        } catch is InterruptedWriter {
            // A writer was killed: somebody has to roll its journal back before anyone can read.
            handle = try Database.open(path, SQLITE_OPEN_READWRITE, wait)
            try execute("PRAGMA query_only = ON")
        }
    }

    private struct InterruptedWriter: Error {}

    private static func open(_ path: String, _ flags: Int32, _ wait: Int32) throws -> OpaquePointer {
        // A path is never a URI here, although Debian's library would take one that begins with "file:".
        let name = path.hasPrefix("file:") ? "./" + path : path
        var opened: OpaquePointer?
        var result = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
        if result == SQLITE_OK, let opened {
            sqlite3_extended_result_codes(opened, 1)
            sqlite3_busy_timeout(opened, wait)
            result = sqlite3_exec(opened, "PRAGMA schema_version", nil, nil, nil)
            if result == SQLITE_OK { return opened }
        }
        defer { sqlite3_close_v2(opened) }
        if result & 0xff == SQLITE_READONLY, result != SQLITE_READONLY, flags & SQLITE_OPEN_READONLY != 0 {
            throw InterruptedWriter()
        }
        throw failure(opened, result, path: path, sql: nil)
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs one or more statements, ignoring rows.
    package func execute(_ sql: String) throws {
        let result = sqlite3_exec(handle, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw failure(result, sql: sql) }
    }

    /// Runs one statement with bound values, ignoring rows.
    package func execute(_ sql: String, _ values: SQLValue...) throws {
        let statement = try prepare(sql)
        for (index, value) in values.enumerated() { try statement.bind(index + 1, value) }
        while try statement.step() {}
    }

    package func prepare(_ sql: String) throws -> Statement {
        var prepared: OpaquePointer?
        let result = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard result == SQLITE_OK, let prepared else { throw failure(result, sql: sql) }
        return Statement(prepared, of: self, sql: sql)
    }

    /// What `row` makes of each row of a query.
    package func rows<Value>(
        _ sql: String, _ values: SQLValue..., row: (Statement) throws -> Value
    ) throws -> [Value] {
        let statement = try prepare(sql)
        for (index, value) in values.enumerated() { try statement.bind(index + 1, value) }
        var rows: [Value] = []
        while try statement.step() { rows.append(try row(statement)) }
        return rows
    }

    /// The first column of the first row as an integer; nil without a row or for null.
    package func integer(_ sql: String, _ values: SQLValue...) throws -> Int64? {
        let statement = try prepare(sql)
        for (index, value) in values.enumerated() { try statement.bind(index + 1, value) }
        guard try statement.step(), !statement.isNull(0) else { return nil }
        return statement.int64(0)
    }

    /// Does something in a transaction that takes the write lock at once; an error undoes it.
    package func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        try execute("BEGIN IMMEDIATE")
        do {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            rollback()
            throw error
        }
    }

    /// Undoes the open transaction, if there is one.
    package func rollback() {
        // A failed rollback leaves the hot journal, which the next opener rolls back.
        if isInTransaction { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    }

    package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// How many columns a table or a query may have.
    package var columnLimit: Int { Int(sqlite3_limit(handle, SQLITE_LIMIT_COLUMN, -1)) }

    /// Runs once before the first connection of the process; too late is harmless.
    private static let isConfigured = cartload_sqlite_config_memstatus_off() == SQLITE_OK
}

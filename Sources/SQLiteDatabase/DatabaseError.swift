// SPDX-License-Identifier: Apache-2.0

internal import CSQLite
public import CartloadCore
internal import Glibc

extension CartloadError.Code {
    /// Another connection holds the database for longer than we wait.
    public static let sqliteLocked = CartloadError.Code("sqlite.locked")
    /// The file system of the database, or of its journal, is full.
    public static let sqliteDiskFull = CartloadError.Code("sqlite.disk-full")
    /// The database cannot be written.
    public static let sqliteReadOnly = CartloadError.Code("sqlite.read-only")
    /// The file is there, but it is no SQLite database.
    public static let sqliteNotADatabase = CartloadError.Code("sqlite.not-a-database")
    /// The database file is damaged.
    public static let sqliteCorrupt = CartloadError.Code("sqlite.corrupt")
    /// A row breaks a constraint of its table.
    public static let sqliteConstraint = CartloadError.Code("sqlite.constraint")
    /// The database file cannot be opened or made.
    public static let sqliteCannotOpen = CartloadError.Code("sqlite.cannot-open")
    /// Reading or writing the database file failed in the operating system.
    public static let sqliteIO = CartloadError.Code("sqlite.io")
    /// A value or a row is larger than SQLite can hold.
    public static let sqliteTooBig = CartloadError.Code("sqlite.too-big")
    /// SQLite does not accept a statement.
    public static let sqliteStatement = CartloadError.Code("sqlite.statement")
    /// SQLite failed in a way that has no code of its own.
    public static let sqliteFailed = CartloadError.Code("sqlite.failed")
}

extension Database {
    /// What SQLite just reported on this connection, as our error: the file and the statement, never bound values.
    package func failure(_ result: Int32, sql: String? = nil) -> CartloadError {
        Database.failure(handle, result, path: path, sql: sql)
    }

    static func failure(_ handle: OpaquePointer?, _ result: Int32, path: String, sql: String?) -> CartloadError {
        let system = handle.map { sqlite3_system_errno($0) } ?? 0
        let (code, message, advice) = explanation(result, systemError: system)
        var error = CartloadError(code, message, at: Location(source: path), advice: advice)
        var words = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? ""
        if system != 0, code == .sqliteCannotOpen || code == .sqliteIO, let reason = strerror(system) {
            words += ": " + String(cString: reason)
        }
        if let sql { words += "; in: \(sql.count > 200 ? sql.prefix(200) + "…" : Substring(sql))" }
        error.cause = words.isEmpty ? nil : words
        return error
    }

    private static func explanation(
        _ result: Int32, systemError: Int32
    ) -> (CartloadError.Code, message: String, advice: String?) {
        if systemError == ENOSPC || systemError == EDQUOT {
            return (.sqliteDiskFull, "there is no space left for the database", diskFullAdvice)
        }
        return switch result & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED:
            (
                .sqliteLocked, "the database is locked by another connection",
                "End the program that uses it, or run again later; in WAL mode (PRAGMA journal_mode=WAL) readers do not block writers."
            )
        case SQLITE_FULL: (.sqliteDiskFull, "there is no space left for the database", diskFullAdvice)
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
            (
                .sqliteReadOnly, "the database cannot be written",
                "Check the permissions of the file and of its folder, where SQLite puts its journal."
            )
        case SQLITE_NOTADB:
            (
                .sqliteNotADatabase, "this is not an SQLite database",
                "Check the path; an encrypted database cannot be opened."
            )
        case SQLITE_CORRUPT:
            (.sqliteCorrupt, "the database file is damaged", "Restore a backup, or try `sqlite3 FILE .recover`.")
        case SQLITE_CONSTRAINT:
            (
                .sqliteConstraint, "a row breaks a constraint of its table",
                "Load with `upsert`, or remove the offending records."
            )
        case SQLITE_CANTOPEN:
            (
                .sqliteCannotOpen, "the database cannot be opened",
                "Check that the file or its folder exists and can be read and written."
            )
        case SQLITE_IOERR: (.sqliteIO, "reading or writing the database failed", "Check the disk that holds it.")
        case SQLITE_TOOBIG:
            (.sqliteTooBig, "a value is larger than SQLite can hold", "SQLite's limit is 1,000,000,000 bytes a value.")
        case SQLITE_ERROR: (.sqliteStatement, "SQLite does not accept a statement", nil)
        default: (.sqliteFailed, "SQLite failed with code \(result)", nil)
        }
    }

    private static let diskFullAdvice = "Free some space; what was committed is kept, and the same command resumes."
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// The tables of pipelines and chunks, in `state.db`.
///
/// A chunk has one payload at a time: its input while it is queued, its result when it is finished; the place of that payload
/// stands in its row.
enum StateSchema {
    /// Later releases migrate earlier versions.
    static let version: Int64 = 1

    /// Opens the database for writing, and makes the tables when they are not there.
    static func open(_ folder: String, durability: SegmentedStoreOptions.Durability) throws -> Database {
        let database = try Database(path: folder + "/state.db", access: .create)
        // FULL syncs once a transaction, which a commit must survive (I1); NORMAL only when the log is carried over.
        let synchronous = durability == .fsync ? "FULL" : "NORMAL"
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = \(synchronous)")
        // After a large group the log gets its size back.
        try database.execute("PRAGMA journal_size_limit = \(64 << 20)")
        try database.transaction {
            let found = try database.integer("PRAGMA user_version") ?? 0
            guard found <= version else {
                throw CartloadError(
                    .storeNewerVersion,
                    "the store was written by a later release (version \(found), this one knows \(version))",
                    at: Location(source: database.path), advice: "Use that release, or name another folder.")
            }
            if found == 0 { try database.execute(tables) }
        }
        return database
    }

    private static let tables = """
        CREATE TABLE pipelines (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, body BLOB NOT NULL
        ) STRICT;
        CREATE TABLE chunks (
            pipeline INTEGER NOT NULL, sequence INTEGER NOT NULL, id TEXT NOT NULL, digest BLOB NOT NULL,
            records INTEGER NOT NULL, input_bytes INTEGER NOT NULL, state INTEGER NOT NULL,
            failed INTEGER, compute_time REAL, retries INTEGER, retried_records INTEGER, output_bytes INTEGER,
            aggregates BLOB,
            segment INTEGER, offset INTEGER, length INTEGER, checksum INTEGER,
            PRIMARY KEY (pipeline, sequence)
        ) STRICT, WITHOUT ROWID;
        PRAGMA user_version = \(version);
        """
}

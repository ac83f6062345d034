// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase
internal import Synchronization

/// Remembers in `planner.db` in a folder.
public final class SQLitePlannerStore: PlannerStore {
    /// The version of the table; later releases migrate older ones.
    static let version: Int64 = 1

    /// Behind a lock: planners of one process may share a store.
    private let database: Mutex<Database>

    /// Opens the store, and makes the folder when it is not there.
    public init(directory: String) throws {
        try SQLiteCheckpointStore.makeDirectory(directory)
        let database = try Database(path: directory + "/planner.db", access: .create)
        // FULL, because a run that has begun must not begin again after a power cut.
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        try database.transaction {
            let found = try database.integer("PRAGMA user_version") ?? 0
            guard found <= SQLitePlannerStore.version else {
                throw CartloadError(
                    .newerState,
                    "the planner's state was written by a newer release (version \(found), this one knows \(SQLitePlannerStore.version))",
                    at: Location(source: database.path), advice: "Use that release, or another state directory.")
            }
            try database.execute(
                """
                CREATE TABLE IF NOT EXISTS jobs (name TEXT PRIMARY KEY, settled INTEGER NOT NULL, times TEXT NOT NULL, \
                last_scheduled INTEGER, run_count INTEGER NOT NULL) WITHOUT ROWID
                """)
            try database.execute("PRAGMA user_version = \(SQLitePlannerStore.version)")
        }
        self.database = Mutex(database)
    }

    public func load(_ names: [String]) throws -> [String: PlannerRecord] {
        try database.withLock { database in
            let statement = try database.prepare(
                "SELECT settled, times, last_scheduled, run_count FROM jobs WHERE name = ?")
            var records: [String: PlannerRecord] = [:]
            for name in names {
                statement.reset()
                try statement.bind(1, .text(name))
                guard try statement.step() else { continue }
                records[name] = PlannerRecord(
                    settled: Instant(microseconds: statement.int64(0)), times: statement.string(1) ?? "",
                    lastScheduled: statement.isNull(2) ? nil : Instant(microseconds: statement.int64(2)),
                    runCount: Int(statement.int64(3)))
            }
            return records
        }
    }

    public func save(_ records: [String: PlannerRecord]) throws {
        try database.withLock { database in
            try database.transaction {
                let statement = try database.prepare("INSERT OR REPLACE INTO jobs VALUES (?, ?, ?, ?, ?)")
                for (name, record) in records {
                    statement.reset()
                    try statement.bind(1, .text(name))
                    try statement.bind(2, .integer(record.settled.microseconds))
                    try statement.bind(3, .text(record.times))
                    try statement.bind(4, record.lastScheduled.map { .integer($0.microseconds) } ?? .null)
                    try statement.bind(5, .integer(Int64(record.runCount)))
                    while try statement.step() {}
                }
            }
        }
    }
}

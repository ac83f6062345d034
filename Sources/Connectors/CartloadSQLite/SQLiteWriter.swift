// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// Writes one stream into one table.
///
/// Unchecked because the mutable state and the connection are used by `write`, `commit` and `close` only, which come one
/// at a time; `prepare`, which comes from any thread, reads constants.
final class SQLiteWriter: DestinationWriter, @unchecked Sendable {
    let stream: DestinationStream
    let settings: SQLiteDestination
    let keys: [String]
    let database: Database
    let checkpoints: CheckpointTable
    /// The table as it will be called, and the one that is written: a side table while overwriting.
    let name: String
    var target: String

    var turn: FileTurn?
    var table: Table?
    /// Fields of which only nulls have come: a column is made when its kind is known, or at the end.
    var undecided: [String] = []
    /// Cleared whenever the table changes.
    var insertion: Insertion?
    var isFirstTransaction = true

    init(_ settings: SQLiteDestination, _ stream: DestinationStream) throws {
        self.settings = settings
        self.stream = stream
        keys = settings.keys.isEmpty ? stream.keys : settings.keys
        name = settings.table ?? stream.name
        if settings.load == .upsert, keys.isEmpty {
            throw CartloadError(
                .sqliteKeys, "an upsert into \"\(name)\" needs keys", at: Location(source: settings.path),
                advice: "Name the fields that identify a record, such as `keys: [id]`.")
        }
        target = settings.load == .overwrite ? "_cartload_new_\(name)" : name
        database = try Database(path: settings.path, access: .create, busyTimeout: settings.busyTimeout)
        checkpoints = CheckpointTable(database: database, id: stream.checkpointID, stream: stream.name)
        try database.tuneForWriting()
    }

    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        let rows = try PreparedRows(
            batch, schema: stream.schema, keys: settings.load == .upsert ? keys : [], &diagnostics)
        return PreparedBatch(rows, recordCount: rows.selection.count, byteCount: rows.columns.byteCount)
    }

    func write(_ batch: PreparedBatch) async throws {
        guard let rows = batch.payload as? PreparedRows else { preconditionFailure("another writer's batch") }
        guard rows.selection.count > 0 else { return }
        try begin()
        try insert(rows)
    }

    func commit(_ commit: Commit) async throws -> JSONValue {
        try begin()
        if commit.isLast { try finish() }
        // I3: the checkpoint is true exactly when the rows are. COMMIT returns after they are on the disk (I1).
        try checkpoints.save(commit)
        try database.execute("COMMIT")
        turn = nil
        return ["sequence": .int(commit.sequence)]
    }

    func close() async throws {
        insertion = nil
        database.rollback()
        // After a full disk SQLite leaves the undoing to the next reader; be that reader, so that others need not be.
        _ = try? database.integer("SELECT count(*) FROM sqlite_schema")
        turn = nil
    }

    func lastCommit() async throws -> Commit? { try checkpoints.load()?.commit }

    func forgetCommits() async throws {
        let turn = database.isInTransaction ? nil : try FileTurn(of: database.path)
        defer { _ = turn }
        database.rollback()
        self.turn = nil
        try database.transaction {
            try checkpoints.forget()
            if settings.load == .overwrite { try dropSideTable() }
        }
        isFirstTransaction = true
        table = nil
        insertion = nil
    }

    /// Begins a transaction unless one is open.
    private func begin() throws {
        guard turn == nil else { return }
        turn = try FileTurn(of: database.path)
        do {
            try database.execute("BEGIN IMMEDIATE")
            if isFirstTransaction, settings.load == .overwrite, try checkpoints.load() == nil {
                try dropSideTable()  // a run that was given up left it
            }
            isFirstTransaction = false
            // Another stream or program may have changed the table since the last transaction.
            let found = try Table.load(target, from: database)
            if found?.columns.map(\.name) != table?.columns.map(\.name) { insertion = nil }
            table = found
        } catch {
            database.rollback()
            turn = nil
            throw error
        }
    }

    private func dropSideTable() throws {
        try database.execute("DROP TABLE IF EXISTS \(target.sqlQuoted)")
        try TableKinds.forget(target, in: database)
    }
}

extension Database {
    /// Settings under which a commit survives `kill -9` and a power cut.
    fileprivate func tuneForWriting() throws {
        // EXTRA is FULL plus a sync of the folder after the journal's removal: without it a power cut can bring the
        // journal back, and with it the state before a commit that was already acknowledged (I1).
        try execute("PRAGMA synchronous = EXTRA")
        try execute("PRAGMA cache_size = -4000")
    }
}

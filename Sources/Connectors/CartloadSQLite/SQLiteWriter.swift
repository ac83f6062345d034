// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// Writes one stream into one table.
///
/// Unchecked because the mutable state and the connection are used by `write`, `activate`, `follow`, `commit` and `close`
/// only, which come one at a time; `prepare`, which comes from any thread, reads only what `follow` changes, and not
/// while it does.
final class SQLiteWriter: VersionedWriter, SchemaFollowing, @unchecked Sendable {
    private(set) var stream: DestinationStream
    let settings: SQLiteDestination
    private(set) var keys: [String]
    let transaction: WriteTransaction
    let checkpoints: CheckpointTable
    /// The table as it will be called, and the one that is written: a side table while overwriting.
    let name: String
    let target: String

    var table: Table?
    /// Fields of which only nulls have come: a column is made when its kind is known, or at the end.
    var undecided: [String] = []
    /// Cleared whenever the table changes.
    var insertion: Insertion?
    /// What the next commit does to records of other versions.
    var activation: VersionActivation?
    /// The transaction's revision that `table` is true for.
    private var revision = 0

    var database: Database { transaction.database }

    /// - Parameter shared: The transaction of a group; nil for one of its own.
    init(_ settings: SQLiteDestination, _ stream: DestinationStream, _ shared: WriteTransaction? = nil) throws {
        var settings = settings
        if let load = stream.load { settings.load = SQLiteDestination.Load(load) }
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
        transaction = try shared ?? WriteTransaction(settings)
        checkpoints = CheckpointTable(database: transaction.database, id: stream.checkpointID, stream: stream.name)
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

    func follow(_ stream: DestinationStream) async throws {
        self.stream = stream
        keys = settings.keys.isEmpty ? stream.keys : settings.keys
        insertion = nil
    }

    func activate(_ activation: VersionActivation) async throws { self.activation = activation }

    func commit(_ commit: Commit) async throws -> JSONValue {
        try add(commit)
        try transaction.commit()
        return ["sequence": .int(commit.sequence)]
    }

    /// Does what belongs to a commit in the transaction, which the caller ends.
    func add(_ commit: Commit) throws {
        try begin()
        try removeOtherVersions()
        if commit.isLast { try finish() }
        // I3: the checkpoint is true exactly when the rows are.
        try checkpoints.save(commit)
    }

    func close() async throws {
        insertion = nil
        activation = nil
        transaction.rollback()
    }

    func lastCommit() async throws -> Commit? { try checkpoints.load()?.commit }

    func forgetCommits() async throws {
        transaction.rollback()
        try transaction.begin()
        do {
            try checkpoints.forget()
            if settings.load == .overwrite { try dropSideTable() }
            try transaction.commit()
        } catch {
            transaction.rollback()
            throw error
        }
        transaction.forgetSideTable(target)
        insertion = nil
    }

    /// Begins a transaction unless one is open, and looks at the table again where it may have changed.
    func begin() throws {
        let isOpen = transaction.isOpen
        do {
            try transaction.begin()
            guard revision != transaction.revision else { return }
            if settings.load == .overwrite, transaction.beginSideTable(target), try checkpoints.load() == nil {
                try dropSideTable()  // a run that was given up left it
            }
            let found = try Table.load(target, from: database)
            if found?.columns.map(\.name) != table?.columns.map(\.name) { insertion = nil }
            table = found
            revision = transaction.revision
        } catch {
            if !isOpen { transaction.rollback() }
            throw error
        }
    }

    /// Tells the other writers of the transaction that a table is not what they know.
    func changed() {
        transaction.noteChange()
        revision = transaction.revision
    }

    private func dropSideTable() throws {
        try database.execute("DROP TABLE IF EXISTS \(target.sqlQuoted)")
        try TableKinds.forget(target, in: database)
    }
}

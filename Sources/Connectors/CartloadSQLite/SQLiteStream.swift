// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// One table or query, read in one of several orders: by rowid, by slices of a key, by a cursor, or by windows of one.
struct SQLiteStream: ContinuingStream {
    /// What decides the order of rows, and so what a checkpoint holds.
    enum Order: Sendable {
        /// No order that one could resume in.
        case none
        /// `{"after": rowid}`
        case rowid(String)
        /// Batches `{"from": a, "to": b}`, checkpoints `{"through": key}`; unique keys allow them inside a batch.
        case slices(key: String, size: SQLiteSource.Slice.Size, isUnique: Bool)
        /// `{"cursor": value, "rowid": n}`; without a rowid only at the end.
        case cursor(String, rowid: String?)
        /// Batches that ``SQLiteWindowStream`` makes, places `{"cursor": value, "rowid": n}` inside them.
        case window(CursorWindow)
    }

    let source: SQLiteSource
    let relation: Relation
    var order: Order
    /// The cursor's value to begin at, that value included, while there is no checkpoint.
    var start: JSONValue?
    var description: StreamDescription

    init(_ source: SQLiteSource, _ relation: Relation, _ database: Database) throws {
        self.source = source
        self.relation = relation
        if let slice = source.slice {
            let key = try relation.column(slice.key, for: "slice key", source.path)
            order = .slices(key: key, size: slice.size, isUnique: key == relation.rowidAlias)
        } else if let cursor = source.cursor {
            let column = try relation.column(cursor, for: "cursor", source.path)
            order =
                source.window.map { .window(CursorWindow(column: column, rowid: relation.rowid, window: $0)) }
                ?? .cursor(column, rowid: relation.rowid)
        } else if let rowid = relation.rowid {
            order = .rowid(rowid)
        } else {
            order = .none
        }
        description = StreamDescription(
            relation.name, schema: try relation.sampledSchema(database), keys: relation.keys,
            concurrency: source.slice == nil ? 1 : 4)
    }

    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        switch order {
        case .none:
            guard let checkpoint else { return [.whole] }
            guard checkpoint.value["complete"] == true else { throw misfit(checkpoint) }
            return []
        case .rowid:
            guard let checkpoint else { return [.whole] }
            guard let after = checkpoint.value["after"], after.isNull || after.intValue != nil else {
                throw misfit(checkpoint)
            }
            return [["after": after]]
        case .cursor(let column, let rowid):
            try checkCursor(column)
            let first: BatchDescription = start.map { ["start": $0] } ?? .whole
            guard let checkpoint else { return [first] }
            guard let value = checkpoint.value["cursor"] else { throw misfit(checkpoint) }
            if value.isNull { return [first] }
            if rowid == nil { return [["cursor": value]] }
            guard let last = checkpoint.value["rowid"], last.intValue != nil else { throw misfit(checkpoint) }
            return [["cursor": value, "rowid": last]]
        case .window(let cursor): return try await SQLiteWindowStream(self, cursor).batches(since: checkpoint)
        case .slices(let key, let size, _):
            return try SlicePlan(relation: relation, key: key, path: source.path)
                .batches(size, after: try through(checkpoint), try open())
        }
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        let database = try open()
        // One read transaction: the whole batch comes from one moment, whatever is written meanwhile.
        try database.execute("BEGIN")
        try await TableReading(self, batch, database).run(into: output)
    }

    /// Rows beyond the last one; without an order nobody could say which are new.
    var continues: Bool {
        if case .none = order { false } else { true }
    }

    func open() throws -> Database {
        try Database(path: source.path, access: .readOnly, busyTimeout: source.busyTimeout)
    }

    /// A comparison with null is never true, so such rows would be lost.
    private func checkCursor(_ column: String) throws {
        let nulls = "SELECT 1 FROM \(relation.from) WHERE \(column.sqlQuoted) IS NULL LIMIT 1"
        guard try open().integer(nulls) != nil else { return }
        throw CartloadError(
            .sqliteCursor, "the cursor column \"\(column)\" of \"\(relation.name)\" has nulls",
            at: Location(source: source.path, field: column),
            advice: "Choose a column without nulls, or a query that leaves such rows out.")
    }

    /// The key up to which slices are done.
    private func through(_ checkpoint: Checkpoint?) throws -> Int64? {
        guard let checkpoint else { return nil }
        guard case .number(let text)? = checkpoint.value["through"], let key = Int64(text) else {
            throw misfit(checkpoint)
        }
        return key
    }

    func misfit(_ checkpoint: Checkpoint) -> CartloadError {
        CartloadError(
            .sqliteCheckpoint, "the checkpoint \(checkpoint) is not one of \"\(relation.name)\" as it is read now",
            at: Location(source: source.path), advice: "Start again with --fresh after changing slice, cursor or table."
        )
    }
}

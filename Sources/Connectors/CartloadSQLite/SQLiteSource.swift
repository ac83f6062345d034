// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import SQLiteDatabase

/// Reads tables, or one query, of an SQLite database.
public struct SQLiteSource: Source {
    /// How a table is cut into batches by the ranges of an integer column.
    public struct Slice: Sendable, Hashable {
        /// The size of the ranges.
        public enum Size: Sendable, Hashable {
            /// So many ranges of the same width.
            case ranges(Int)
            /// Ranges of so many rows.
            case rows(Int)
        }

        public var key: String
        public var size: Size

        public init(key: String, _ size: Size) {
            self.key = key
            self.size = size
        }
    }

    public var path: String
    /// The tables to read; empty for all.
    public var tables: [String]
    /// A query to read instead of tables, and the name of its stream.
    public var query: String?
    public var queryName: String
    public var slice: Slice?
    /// A column that grows with every new or changed row: a later run reads only what is beyond the checkpoint.
    public var cursor: String?
    /// Windows of the cursor that are batches; nil for one batch.
    public var window: Window?
    public var busyTimeout: Duration
    /// What time it is, for windows of time.
    public var now: @Sendable () -> Instant = { Instant.now() }

    public init(
        path: String, tables: [String] = [], query: String? = nil, queryName: String = "query", slice: Slice? = nil,
        cursor: String? = nil, window: Window? = nil, busyTimeout: Duration = .seconds(5)
    ) {
        self.path = path
        self.tables = tables
        self.query = query
        self.queryName = queryName
        self.slice = slice
        self.cursor = cursor
        self.window = window
        self.busyTimeout = busyTimeout
    }

    public func streams() async throws -> [any CartloadCore.Stream] {
        let database = try Database(path: path, access: .readOnly, busyTimeout: busyTimeout)
        if let query {
            let relation = try Relation(query: query, name: queryName, database)
            return [try stream(relation, database)]
        }
        let present = try database.rows(
            """
            SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
            AND name NOT LIKE '\\_cartload\\_%' ESCAPE '\\' ORDER BY type, name
            """
        ) { $0.string(0) ?? "" }
        let onlyTables = try database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'") { $0.string(0) ?? "" }
        let wanted = tables.isEmpty ? present.filter(Set(onlyTables).contains) : tables
        return try wanted.map { name in
            guard let found = present.first(where: { $0.sqlFolded == name.sqlFolded }) else {
                throw missing(name, present)
            }
            return try stream(try Relation(table: found, database), database)
        }
    }

    private func stream(_ relation: Relation, _ database: Database) throws -> any CartloadCore.Stream {
        let stream = try SQLiteStream(self, relation, database)
        if case .window(let cursor) = stream.order { return SQLiteWindowStream(stream, cursor) }
        return stream
    }

    private func missing(_ name: String, _ present: [String]) -> CartloadError {
        let near = name.nearest(in: present).map { "Did you mean \"\($0)\"? " } ?? ""
        let listed = present.prefix(20).joined(separator: ", ") + (present.count > 20 ? ", …" : "")
        return CartloadError(
            .sqliteMissingTable, "there is no table \"\(name)\"", at: Location(source: path),
            advice: present.isEmpty ? "The database has no tables." : "\(near)There are: \(listed).")
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// A table as the writer finds or makes it.
struct Table {
    struct Column {
        var name: String
        var affinity: Affinity
        /// What it holds, for a column that Cartload made; nil for others, which are never changed.
        var kind: ColumnKind?
    }

    let name: String
    var columns: [Column]
    private var positions: [String: Int]

    init(name: String, columns: [Column]) {
        self.name = name
        self.columns = columns
        positions = Dictionary(columns.enumerated().map { ($1.name.sqlFolded, $0) }) { first, _ in first }
    }

    /// Where the column for a field stands; names are compared as SQLite does.
    func index(of field: String) -> Int? { positions[field.sqlFolded] }

    /// Whether every column was made by Cartload, so that the table may be made anew.
    var isOwn: Bool { columns.allSatisfy { $0.kind != nil } }

    /// Reads a table's definition; nil when there is no such table.
    static func load(_ name: String, from database: Database) throws -> Table? {
        let found = try database.rows(
            "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE", .text(name)
        ) { (name: $0.string(0) ?? "", isStrict: $0.int64(1) != 0) }
        guard let table = found.first else { return nil }
        let kinds = try TableKinds.load(name, from: database)
        let columns = try database.rows(
            "SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid", .text(table.name)
        ) { row in
            let name = row.string(0) ?? ""
            let declared = row.string(1) ?? ""
            // A table may have been dropped and made by another hand since: believe our note only where it still fits.
            let kind = kinds[name.sqlFolded].flatMap { $0.declaration == declared ? $0 : nil }
            return Column(name: name, affinity: Affinity(declared: declared, isStrict: table.isStrict), kind: kind)
        }
        return Table(name: table.name, columns: columns)
    }

    /// CREATE TABLE for columns that Cartload makes.
    static func definition(_ name: String, _ columns: [Column], primaryKey: [String]) -> String {
        let keys = Set(primaryKey.map(\.sqlFolded))
        var parts = columns.map { column in
            let type = column.kind?.declaration ?? "TEXT"
            return "\(column.name.sqlQuoted) \(type)\(keys.contains(column.name.sqlFolded) ? " NOT NULL" : "")"
        }
        if !primaryKey.isEmpty {
            parts.append("PRIMARY KEY (\(primaryKey.map(\.sqlQuoted).joined(separator: ", ")))")
        }
        return "CREATE TABLE \(name.sqlQuoted) (\(parts.joined(separator: ", ")))"
    }
}

/// What Cartload notes about the tables that it makes, in the table `_cartload_tables` of the same database.
enum TableKinds {
    /// The kinds by folded column name.
    static func load(_ table: String, from database: Database) throws -> [String: ColumnKind] {
        guard try database.hasTable("_cartload_tables") else { return [:] }
        let texts = try database.rows(
            "SELECT columns FROM _cartload_tables WHERE name = ?", .text(table.sqlFolded)
        ) { $0.string(0) ?? "{}" }
        guard let text = texts.first, case .object(let object) = try JSONValue(parsing: text) else { return [:] }
        return Dictionary(
            object.members.compactMap { member in
                member.value.stringValue.flatMap(ColumnKind.init(rawValue:)).map { (member.key, $0) }
            }
        ) { first, _ in first }
    }

    static func save(_ table: Table, to database: Database) throws {
        try database.execute(
            "CREATE TABLE IF NOT EXISTS _cartload_tables (name TEXT PRIMARY KEY, columns TEXT NOT NULL) WITHOUT ROWID")
        var object = JSONObject()
        for column in table.columns {
            if let kind = column.kind { object[column.name.sqlFolded] = .string(kind.rawValue) }
        }
        try database.execute(
            "INSERT OR REPLACE INTO _cartload_tables VALUES (?, ?)", .text(table.name.sqlFolded),
            .text(JSONValue.object(object).description))
    }

    static func forget(_ table: String, in database: Database) throws {
        guard try database.hasTable("_cartload_tables") else { return }
        try database.execute("DELETE FROM _cartload_tables WHERE name = ?", .text(table.sqlFolded))
    }
}

extension Database {
    func hasTable(_ name: String) throws -> Bool {
        try integer("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE", .text(name)) != nil
    }

    /// The statements that make the indexes and triggers of a table.
    func attachments(of table: String) throws -> [String] {
        try rows(
            "SELECT sql FROM sqlite_schema WHERE tbl_name = ? COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL",
            .text(table)
        ) { $0.string(0) ?? "" }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// What a stream selects from: a table, a view or a query.
struct Relation: Sendable {
    struct Column: Sendable {
        var name: String
        var declared: String?

        /// Whether the table says that the column is boolean, which SQLite stores as 0 and 1.
        var isBoolean: Bool { declared?.uppercased().hasPrefix("BOOL") ?? false }

        /// The type that the table promises, `null` when it promises none.
        var promised: FieldType {
            if isBoolean { return .boolean }
            return switch declared.map({ Affinity(declared: $0) }) {
            case .integer: .integer
            case .real: .number
            case .text: .string
            case .numeric, .some(.none), nil: .null
            }
        }
    }

    let name: String
    /// What stands after FROM.
    let from: String
    let columns: [Column]
    /// The columns of the primary key.
    let keys: [String]
    /// A name for the rowid that no column hides; nil for views, queries and WITHOUT ROWID tables.
    let rowid: String?
    /// The column that is the rowid under another name.
    let rowidAlias: String?

    init(table: String, _ database: Database) throws {
        name = table
        from = table.sqlQuoted
        let info = try database.rows("SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid", .text(table)) {
            (name: $0.string(0) ?? "", type: $0.string(1) ?? "", pk: $0.int64(2))
        }
        keys = info.filter { $0.pk > 0 }.sorted { $0.pk < $1.pk }.map(\.name)
        let probe = try database.prepare("SELECT * FROM \(from) LIMIT 0")
        columns = (0..<probe.columnCount).map {
            Column(name: probe.columnName($0), declared: probe.declaredType($0))
        }
        let shape = try database.rows(
            "SELECT type, wr FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE", .text(table)
        ) { (isTable: $0.string(0) == "table", isWithoutRowid: $0.int64(1) != 0) }.first
        let hidden = Set(columns.map(\.name.sqlFolded))
        let hasRowid = shape.map { $0.isTable && !$0.isWithoutRowid } ?? false
        rowid = hasRowid ? ["rowid", "_rowid_", "oid"].first { !hidden.contains($0) } : nil
        let integerKeys = info.filter { $0.pk > 0 && $0.type.uppercased() == "INTEGER" }
        rowidAlias = rowid != nil && keys.count == 1 ? integerKeys.first?.name : nil
    }

    init(query: String, name: String, _ database: Database) throws {
        self.name = name
        var body = Substring(query)
        while let last = body.last, last == ";" || last.isWhitespace { body.removeLast() }
        // By itself first: inside parentheses SQLite renames columns of the same name, and takes a query that closes
        // them.
        let alone = try database.prepare(String(body))
        var seen: Set<String> = []
        for column in 0..<alone.columnCount where !seen.insert(alone.columnName(column)).inserted {
            throw CartloadError(
                .sqliteColumnClash, "\"\(name)\" has two columns named \"\(alone.columnName(column))\"",
                at: Location(source: database.path, field: alone.columnName(column)),
                advice: "Name them apart with AS in the query.")
        }
        from = "(\(body)\n)"  // the line feed ends a trailing comment
        let probe = try database.prepare("SELECT * FROM \(from) LIMIT 0")
        columns = (0..<probe.columnCount).map {
            Column(name: probe.columnName($0), declared: probe.declaredType($0))
        }
        keys = []
        rowid = nil
        rowidAlias = nil
    }

    /// The column of a name, compared as SQLite does.
    func column(_ name: String, for purpose: String, _ path: String) throws -> String {
        if let found = columns.first(where: { $0.name.sqlFolded == name.sqlFolded }) { return found.name }
        let near = name.nearest(in: columns.map(\.name)).map { "Did you mean \"\($0)\"? " } ?? ""
        throw CartloadError(
            .sqliteMissingColumn, "\"\(self.name)\" has no column \"\(name)\", the \(purpose)",
            at: Location(source: path, field: name),
            advice: "\(near)There are: \(columns.map(\.name).joined(separator: ", ")).")
    }

    /// The schema that the table declares, widened by what its first rows really hold.
    func sampledSchema(_ database: Database) throws -> Schema {
        let statement = try database.prepare("SELECT * FROM \(from) LIMIT 100")
        var seen = columns.map(\.promised)
        while try statement.step() {
            for (index, column) in columns.enumerated() {
                var type = statement.fieldType(index)
                if column.isBoolean, type == .integer { type = statement.int64(index) & ~1 == 0 ? .boolean : .integer }
                // A boolean column with other numbers is an integer column.
                if column.isBoolean, seen[index] == .boolean, type == .integer { seen[index] = .integer }
                if column.isBoolean, seen[index] == .integer, type == .boolean { type = .integer }
                seen[index] = seen[index].widened(with: type)
            }
        }
        let required = Set(rowid == nil ? [] : keys)
        return Schema(zip(columns, seen).map { Field($0.name, $1, isNullable: !required.contains($0.name)) })
    }
}

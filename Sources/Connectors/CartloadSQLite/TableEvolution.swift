// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// Makes a table fit for what is to be written, inside the writer's transaction, without changing any value.
struct TableEvolution {
    let database: Database
    /// The columns that the table is unique in, when this run makes it.
    let primaryKey: [String]
    let mayEvolve: Bool

    /// Makes a table of the fields whose kind is known.
    func create(_ name: String, _ fields: [(name: String, kind: ColumnKind)]) throws -> Table {
        try checkCount(fields.count, name)
        let columns = fields.map {
            Table.Column(name: $0.name, affinity: Affinity(declared: $0.kind.declaration), kind: $0.kind)
        }
        try database.execute(Table.definition(name, columns, primaryKey: primaryKey))
        let table = Table(name: name, columns: columns)
        try TableKinds.save(table, to: database)
        return table
    }

    /// Adds columns, empty for the rows that are there.
    func add(_ fields: [(name: String, kind: ColumnKind)], to table: Table) throws -> Table {
        if fields.isEmpty { return table }
        guard mayEvolve else {
            throw CartloadError(
                .sqliteMissingColumn,
                "the table \"\(table.name)\" has no column for the field \"\(fields[0].name)\"",
                at: Location(source: database.path, field: fields[0].name),
                advice: "Allow new columns with `evolve: true`, or drop the field.")
        }
        try checkCount(table.columns.count + fields.count, table.name)
        for field in fields {
            try database.execute(
                "ALTER TABLE \(table.name.sqlQuoted) ADD COLUMN \(field.name.sqlQuoted) \(field.kind.declaration)")
        }
        let added = fields.map {
            Table.Column(name: $0.name, affinity: Affinity(declared: $0.kind.declaration), kind: $0.kind)
        }
        let table = Table(name: table.name, columns: table.columns + added)
        try TableKinds.save(table, to: database)
        return table
    }

    /// Gives columns wider kinds by making the table anew: only that changes a column's affinity, and only a copy can
    /// spell the values that are there in the new kind (`7` in an INTEGER column as the JSON text `7`).
    func widen(_ kinds: [Int: ColumnKind], of table: Table) throws -> Table {
        guard let first = kinds.keys.min() else { return table }
        guard mayEvolve, table.isOwn else {
            throw mismatch(table.columns[first], kinds[first] ?? .json, in: table)
        }
        var columns = table.columns
        for (index, kind) in kinds {
            columns[index].kind = kind
            columns[index].affinity = Affinity(declared: kind.declaration)
        }
        let attachments = try database.attachments(of: table.name)
        let keys = try database.rows(
            "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", .text(table.name)
        ) { $0.string(0) ?? "" }
        let side = "_cartload_widened"
        try database.defineNumberText()
        try database.execute(Table.definition(side, columns, primaryKey: keys))
        let expressions = zip(table.columns, columns).map { old, new in
            let name = old.name.sqlQuoted
            guard let from = old.kind, let to = new.kind, from != to else { return name }
            return from.conversion(of: name, to: to)
        }
        let names = columns.map(\.name.sqlQuoted).joined(separator: ", ")
        try database.execute(
            "INSERT INTO \(side.sqlQuoted) (\(names)) SELECT \(expressions.joined(separator: ", ")) FROM \(table.name.sqlQuoted)"
        )
        try database.execute("DROP TABLE \(table.name.sqlQuoted)")
        try database.execute("ALTER TABLE \(side.sqlQuoted) RENAME TO \(table.name.sqlQuoted)")
        for attachment in attachments { try database.execute(attachment) }
        let widened = Table(name: table.name, columns: columns)
        try TableKinds.save(widened, to: database)
        return widened
    }

    func mismatch(_ column: Table.Column, _ kind: ColumnKind, in table: Table) -> CartloadError {
        CartloadError(
            .sqliteColumnType,
            "the column \"\(column.name)\" of the table \"\(table.name)\" would change values of the kind \(kind.rawValue)",
            at: Location(source: database.path, field: column.name),
            advice: "Cast the field, load into a new table, or give the column a type that keeps them.")
    }

    private func checkCount(_ count: Int, _ table: String) throws {
        guard count > database.columnLimit else { return }
        throw CartloadError(
            .sqliteTooManyColumns,
            "the table \"\(table)\" would have \(count) columns, and SQLite allows \(database.columnLimit)",
            at: Location(source: database.path), advice: "Select fewer fields.")
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// The prepared INSERT of a writer, and which parameter is which column of the table.
struct Insertion {
    let statement: Statement
    /// The field of a batch for each parameter, by folded name.
    let parameters: [String: Int]
    let count: Int
}

extension SQLiteWriter {
    /// Inserts rows, after making the table fit for them.
    func insert(_ rows: PreparedRows) throws {
        let fields = rows.columns.schema.fields
        let kinds = rows.columns.columns.map { ColumnKind($0) }
        try checkNames(fields)
        var table = try self.table ?? createTable(fields, kinds)
        table = try fit(rows.columns, kinds, into: table)
        self.table = table

        let insertion = try self.insertion ?? prepareInsertion(into: table, fields)
        self.insertion = insertion
        var bound: [Column] = []
        var bindings: [ColumnBinding] = []
        for (index, field) in fields.enumerated() {
            guard let kind = kinds[index], let position = table.index(of: field.name) else { continue }
            guard let parameter = insertion.parameters[field.name.sqlFolded] else {
                self.insertion = nil
                return try insert(rows)  // a column of someone else's that this statement does not name yet
            }
            var column = rows.columns.columns[index]
            if case .spelledOut(let wider) = ColumnFit(column, kind, into: table.columns[position]) {
                column = column.spelledOut(for: wider)
            }
            bound.append(column)
            bindings.append(ColumnBinding(column, position: parameter))
        }
        // Parameters without a binding stay null. `bound` keeps the memory that the bindings point to.
        try withExtendedLifetime(bound) { try insertion.statement.insert(bindings, rows.selection) }
    }

    /// Adds and widens columns until every value has a place that does not change it.
    func fit(_ columns: Columns, _ kinds: [ColumnKind?], into found: Table) throws -> Table {
        var table = found
        var added: [(name: String, kind: ColumnKind)] = []
        var widened: [Int: ColumnKind] = [:]
        for (index, field) in columns.schema.fields.enumerated() {
            guard let kind = kinds[index] else {
                if table.index(of: field.name) == nil, !undecided.contains(field.name) { undecided.append(field.name) }
                continue
            }
            guard let position = table.index(of: field.name) else {
                added.append((field.name, kind))
                continue
            }
            switch ColumnFit(columns.columns[index], kind, into: table.columns[position]) {
            case .asIs, .spelledOut: break
            case .widen(let wider): widened[position] = wider
            case .misfit: throw evolution.mismatch(table.columns[position], kind, in: table)
            }
        }
        if added.isEmpty, widened.isEmpty { return table }
        insertion = nil
        changed()
        table = try evolution.widen(widened, of: table)
        table = try evolution.add(added, to: table)
        undecided.removeAll { table.index(of: $0) != nil }
        return table
    }

    var evolution: TableEvolution {
        TableEvolution(
            database: database, primaryKey: settings.load == .upsert ? keys : [], mayEvolve: settings.evolve)
    }

    /// Makes the table from the stream's schema and the first batch.
    private func createTable(_ fields: [Field], _ kinds: [ColumnKind?]) throws -> Table {
        var known: [(name: String, kind: ColumnKind)] = []
        var positions: [String: Int] = [:]
        func note(_ name: String, _ kind: ColumnKind?) {
            guard let kind else { return }
            if let position = positions[name.sqlFolded] {
                if known[position].kind != .number || kind != .integer {  // whole numbers may be floating-point ones
                    known[position].kind = known[position].kind.widened(with: kind)
                }
            } else {
                positions[name.sqlFolded] = known.count
                known.append((name, kind))
            }
        }
        try checkNames(stream.schema?.fields ?? [])
        for field in stream.schema?.fields ?? [] { note(field.name, ColumnKind(field.type)) }
        for (field, kind) in zip(fields, kinds) { note(field.name, kind) }
        if known.isEmpty, let field = fields.first { known = [(field.name, .string)] }  // nothing but nulls
        insertion = nil
        changed()
        return try evolution.create(target, known)
    }

    private func prepareInsertion(into table: Table, _ fields: [Field]) throws -> Insertion {
        // Columns of our own are always written, so that a record without a field has null there whichever records it
        // came with; columns of others only when the stream has them.
        let given = Set(fields.map(\.name.sqlFolded))
        let columns = table.columns.filter { $0.kind != nil || given.contains($0.name.sqlFolded) }
        let names = columns.map(\.name.sqlQuoted)
        var sql = "INSERT INTO \(table.name.sqlQuoted) (\(names.joined(separator: ", "))) VALUES "
        sql += "(\(Array(repeating: "?", count: columns.count).joined(separator: ", ")))"
        if settings.load == .upsert {
            let unique = Set(keys.map(\.sqlFolded))
            let updates = columns.filter { !unique.contains($0.name.sqlFolded) }
                .map { "\($0.name.sqlQuoted) = excluded.\($0.name.sqlQuoted)" }
            sql += " ON CONFLICT (\(keys.map(\.sqlQuoted).joined(separator: ", "))) DO "
            sql += updates.isEmpty ? "NOTHING" : "UPDATE SET \(updates.joined(separator: ", "))"
        }
        do {
            return Insertion(
                statement: try database.prepare(sql),
                parameters: Dictionary(columns.enumerated().map { ($1.name.sqlFolded, $0 + 1) }) { first, _ in first },
                count: columns.count)
        } catch let error as CartloadError where settings.load == .upsert && error.code == .sqliteStatement {
            throw CartloadError(
                .sqliteKeys, "the table \"\(table.name)\" is not unique in \(keys.joined(separator: ", "))",
                at: Location(source: database.path),
                advice: "Give it a PRIMARY KEY or a UNIQUE index on these columns, or load into a new table.",
                cause: error)
        }
    }

    private func checkNames(_ fields: [Field]) throws {
        var seen: [String: String] = [:]
        for field in fields {
            if let other = seen.updateValue(field.name, forKey: field.name.sqlFolded) {
                throw CartloadError(
                    .sqliteColumnClash, "the fields \"\(other)\" and \"\(field.name)\" would be the same column",
                    at: Location(source: database.path, field: field.name), advice: "Rename one of them.")
            }
        }
    }
}

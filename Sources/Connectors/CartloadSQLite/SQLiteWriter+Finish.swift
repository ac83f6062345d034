// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

extension SQLiteWriter {
    /// What is left to do in the transaction of the last commit.
    func finish() throws {
        if settings.load == .overwrite, table == nil, try checkpoints.load()?.isComplete == true {
            return  // swapped in by an earlier run; this one had nothing to read
        }
        if table == nil, let fields = stream.schema?.fields, !fields.isEmpty {
            // A stream without records still leaves a table with its columns.
            table = try evolution.create(target, fields.map { ($0.name, ColumnKind($0.type) ?? .string) })
            changed()
        }
        if let found = table {
            let missing = undecided.filter { found.index(of: $0) == nil }
            if settings.evolve, !missing.isEmpty {
                table = try evolution.add(missing.map { ($0, .string) }, to: found)
                insertion = nil
                changed()
            }
        }
        if settings.load == .overwrite { try swap() }
    }

    /// Puts the side table in the place of the old one: readers see either, never a mixture or nothing.
    private func swap() throws {
        insertion = nil
        changed()
        guard let table else {
            if try database.hasTable(name) { try database.execute("DELETE FROM \(name.sqlQuoted)") }
            return
        }
        let attachments = try database.attachments(of: name)
        try database.execute("DROP TABLE IF EXISTS \(name.sqlQuoted)")
        try database.execute("ALTER TABLE \(table.name.sqlQuoted) RENAME TO \(name.sqlQuoted)")
        try TableKinds.forget(table.name, in: database)
        try TableKinds.save(Table(name: name, columns: table.columns), to: database)
        for attachment in attachments { try database.execute(attachment) }
        self.table = nil
    }
}

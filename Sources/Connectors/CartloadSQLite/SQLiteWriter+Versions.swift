// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

extension SQLiteWriter {
    /// Takes away the records of other versions, if that was asked for since the last commit.
    ///
    /// A version is compared with "is not": seconds and milliseconds are both about, so a new one may be the smaller.
    func removeOtherVersions() throws {
        guard let activation else { return }
        // What an overwrite leaves is of one run anyway.
        if settings.load != .overwrite {
            try begin()
            try remove(activation)
        }
        self.activation = nil
    }

    private func remove(_ activation: VersionActivation) throws {
        guard var table else { return }  // nothing has ever been written
        if table.index(of: activation.column) == nil {
            table = try evolution.add([(activation.column, .integer)], to: table)
            take(table)
        }
        let isOther = "\(activation.column.sqlQuoted) IS NOT ?"
        switch activation.removal {
        case .hard:
            try database.execute(
                "DELETE FROM \(table.name.sqlQuoted) WHERE \(isOther)", .integer(activation.version))
        case .soft(let name, let text):
            let value = Column(.string, text: [text])
            let columns = Columns(schema: Schema([Field(name, .string)]), columns: [value], count: 1)
            table = try fit(columns, [.string], into: table)
            self.table = table
            let isJSON = table.index(of: name).map { table.columns[$0].kind == .json } ?? false
            try database.execute(
                "UPDATE \(table.name.sqlQuoted) SET \(name.sqlQuoted) = ? WHERE \(isOther) AND \(name.sqlQuoted) IS NULL",
                .text(isJSON ? JSONValue.string(text).description : text), .integer(activation.version))
        }
    }

    /// Goes on with a table that was changed here.
    private func take(_ changed: Table) {
        table = changed
        insertion = nil
        undecided.removeAll { changed.index(of: $0) != nil }
        self.changed()
    }
}

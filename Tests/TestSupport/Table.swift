// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import SQLiteDatabase

/// A table of a database as texts, for comparing.
package enum Table {
    /// The rows of a query, values joined by `|`, null as `-`.
    package static func rows(_ path: String, _ sql: String) throws -> [String] {
        try Database(path: path, access: .readOnly).rows(sql) { row in
            (0..<row.columnCount).map { row.string($0) ?? "-" }.joined(separator: "|")
        }
    }

    /// All rows of a table in the order in which they were written, each cell with its type; the first row has the names.
    package static func cells(_ path: String, _ name: String) throws -> [[String]] {
        let database = try Database(path: path, access: .readOnly)
        let columns = try database.rows("SELECT name FROM pragma_table_info('\(name)')") { $0.string(0) ?? "" }
        guard !columns.isEmpty else { return [] }
        let list = columns.map { column in
            let quoted =
                "\"" + column.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
            return "typeof(\(quoted)) || ' ' || coalesce(\(quoted), '-')"
        }
        return [columns]
            + (try database.rows("SELECT \(list.joined(separator: ", ")) FROM \"\(name)\" ORDER BY rowid") { row in
                (0..<row.columnCount).map { row.string($0) ?? "-" }
            })
    }
}

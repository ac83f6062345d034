// SPDX-License-Identifier: Apache-2.0

internal import CSQLite
internal import CartloadCore
internal import SQLiteDatabase

/// What a batch of a windowed cursor selects: rows from one value on and before another.
///
/// Times are compared as the texts they are, so that an index serves. A bound is cut off at the first part from which on
/// all is zero: `2024-03-05` is not greater than any text of that day, whatever stands behind the date. Each row that lies
/// between the texts is then looked at, so one that does not belong there is an error and never lost.
struct WindowBounds {
    /// What rows must be at least, and less than; nil for no bound.
    let from: SQLValue
    let to: SQLValue?
    /// Set for windows of time.
    let time: TimeWindow?

    init(_ batch: BatchDescription, _ cursor: CursorWindow, _ relation: Relation, _ database: Database) throws {
        switch cursor.window.size {
        case .time:
            let window = try TimeWindow(batch)
            time = window
            from = .text(try WindowBounds.text(window.from, cursor, relation, database))
            to = .text(try WindowBounds.text(window.to, cursor, relation, database))
        case .integers:
            let range = try IntegerRanges.range(of: batch)
            time = nil
            from = .integer(range.lowerBound)
            // Not "at most": a fraction between two ranges would be in none of them.
            to = range.upperBound == .max ? nil : .integer(range.upperBound + 1)
        }
    }

    /// A moment as a text that sorts before all those from then on, and behind all others.
    private static func text(
        _ instant: Instant, _ cursor: CursorWindow, _ relation: Relation, _ database: Database
    ) throws -> String {
        var text = instant.description.dropLast()  // the Z
        if text.hasSuffix(":00") { text = text.dropLast(3) }
        let day = String(text.prefix(10))
        if text.hasSuffix("T00:00") { return day }
        let column = cursor.column.sqlQuoted
        let next = try database.rows(
            "SELECT \(column) FROM \(relation.from) WHERE \(column) > ? ORDER BY \(column) LIMIT 1", .text(day)
        ) { $0.string(0) ?? "" }.first
        let separator = next.flatMap { $0.dropFirst(10).first } == " " ? " " : "T"
        return day + separator + text.dropFirst(11)
    }

    /// Makes sure that a row which lies between the bounds as SQLite compares belongs there.
    func check(_ row: Statement, _ column: Int, _ cursor: CursorWindow, _ relation: Relation, rowid: Int64?) throws {
        if let time {
            guard sqlite3_column_type(row.handle, Int32(column)) == SQLITE_TEXT,
                let text = row.string(column), let instant = Instant(text)
            else { throw cursor.noValue(row, column, relation, rowid: rowid, row.database.path) }
            guard time.contains(instant) else {
                throw cursor.failure(
                    "holds \(JSONValue.string(text)) in \(CursorWindow.name(rowid)), which does not sort by time with the others",
                    relation, rowid: rowid, row.database.path,
                    advice: "Write all times in one form and in UTC: 2024-03-05T06:00:00Z.")
            }
        } else if sqlite3_column_type(row.handle, Int32(column)) != SQLITE_INTEGER {
            throw cursor.noValue(row, column, relation, rowid: rowid, row.database.path)
        }
    }
}

extension CursorWindow {
    /// Looks for values that no window could hold, where an index finds them: they sort before or behind all others.
    func checkEnds(_ relation: Relation, _ database: Database) throws {
        let name = column.sqlQuoted
        let others =
            isTime
            ? "\(name) IS NULL OR \(name) < '0' OR \(name) >= ':'"
            : "\(name) IS NULL OR \(name) >= '' OR \(name) >= x''"
        let list = "\(name), \(rowid ?? "NULL")"
        let statement = try database.prepare("SELECT \(list) FROM \(relation.from) WHERE \(others) LIMIT 1")
        guard try statement.step() else { return }
        let row = statement.isNull(1) ? nil : statement.int64(1)
        throw noValue(statement, 0, relation, rowid: row, database.path)
    }

    /// The least or the greatest value; nil without rows.
    func end(_ function: String, _ relation: Relation, _ database: Database) throws -> SQLValue? {
        let order = function == "min" ? "" : " DESC"
        let name = column.sqlQuoted
        let statement = try database.prepare(
            "SELECT \(name), \(rowid ?? "NULL") FROM \(relation.from) ORDER BY \(name)\(order) LIMIT 1")
        guard try statement.step() else { return nil }
        let row = statement.isNull(1) ? nil : statement.int64(1)
        switch sqlite3_column_type(statement.handle, 0) {
        case SQLITE_INTEGER where !isTime: return .integer(statement.int64(0))
        case SQLITE_TEXT where isTime:
            if let text = statement.string(0), Instant(text) != nil { return .text(text) }
        default: break
        }
        throw noValue(statement, 0, relation, rowid: row, database.path)
    }

    static func name(_ rowid: Int64?) -> String { rowid.map { "row \($0)" } ?? "a row" }

    /// A value that is no time, or no whole number.
    func noValue(
        _ row: Statement, _ index: Int, _ relation: Relation, rowid: Int64?, _ path: String
    ) -> CartloadError {
        let value: JSONValue =
            switch sqlite3_column_type(row.handle, Int32(index)) {
            case SQLITE_NULL: .null
            case SQLITE_INTEGER: .int(row.int64(index))
            case SQLITE_FLOAT: .double(row.double(index))
            case SQLITE_BLOB: "a blob"
            default: .string(String((row.string(index) ?? "").prefix(80)))
            }
        return failure(
            "holds \(value) in \(CursorWindow.name(rowid)), which is no \(isTime ? "time in ISO form" : "whole number")",
            relation, rowid: rowid, path,
            advice: "Correct it, choose another column, or use a query that leaves such rows out.")
    }

    func failure(
        _ problem: String, _ relation: Relation, rowid: Int64?, _ path: String, advice: String
    ) -> CartloadError {
        CartloadError(
            .sqliteCursor, "the cursor column \"\(column)\" of \"\(relation.name)\" \(problem)",
            at: Location(source: path, record: rowid.map { Int($0) }, field: column), advice: advice)
    }
}

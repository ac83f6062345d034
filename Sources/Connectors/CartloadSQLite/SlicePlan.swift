// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// Cuts a table into ranges of an integer key, both ends included: `{"from": 1, "to": 1000}`.
struct SlicePlan {
    let relation: Relation
    let key: String
    let path: String

    func batches(
        _ size: SQLiteSource.Slice.Size, after: Int64?, _ database: Database
    ) throws -> [BatchDescription] {
        try database.execute("BEGIN")
        try checkKey(database)
        let column = key.sqlQuoted
        let rest = after.map { " WHERE \(column) > \($0)" } ?? ""
        guard let first = try database.integer("SELECT min(\(column)) FROM \(relation.from)\(rest)"),
            let last = try database.integer("SELECT max(\(column)) FROM \(relation.from)\(rest)")
        else { return [] }
        switch size {
        case .ranges(let count): return ranges(max(1, count), first, last)
        case .rows(let count):
            return try rows(
                max(1, count), first, last, "SELECT \(column) FROM \(relation.from)\(rest) ORDER BY \(column)", database
            )
        }
    }

    private func batch(_ from: Int64, _ to: Int64) -> BatchDescription { ["from": .int(from), "to": .int(to)] }

    /// Ranges of the same width; keys may span all 64 bits, so widths are unsigned.
    private func ranges(_ count: Int, _ first: Int64, _ last: Int64) -> [BatchDescription] {
        let span = UInt64(bitPattern: last &- first)
        // Just wide enough for `count` ranges; one range of all 64 bits is one wider than the type holds.
        let step = span / UInt64(count) &+ 1
        if step == 0 { return [batch(first, last)] }
        var batches: [BatchDescription] = []
        var from = first
        while true {
            let left = UInt64(bitPattern: last &- from)
            let isLast = left < step
            let to = isLast ? last : from &+ Int64(bitPattern: step &- 1)
            batches.append(batch(from, to))
            if isLast { return batches }
            from = to &+ 1
        }
    }

    private func rows(
        _ count: Int, _ first: Int64, _ last: Int64, _ sql: String, _ database: Database
    ) throws -> [BatchDescription] {
        let statement = try database.prepare(sql)
        var batches: [BatchDescription] = []
        var from = first
        var seen = 0
        while try statement.step() {
            seen += 1
            let value = statement.int64(0)
            // Equal keys stay together: a range ends with all rows of its last key.
            if seen >= count, value >= from {
                batches.append(batch(from, value))
                if value == last { return batches }
                from = value &+ 1
                seen = 0
            } else if value < from {
                seen -= 1
            }
        }
        if from <= last { batches.append(batch(from, last)) }
        return batches
    }

    private func checkKey(_ database: Database) throws {
        if key == relation.rowidAlias { return }
        let others = "SELECT count(*) FROM \(relation.from) WHERE typeof(\(key.sqlQuoted)) <> 'integer'"
        guard let count = try database.integer(others), count > 0 else { return }
        throw CartloadError(
            .sqliteCursor, "\(count) rows of \"\(relation.name)\" have no whole number in the slice key \"\(key)\"",
            at: Location(source: path, field: key),
            advice: "Choose an integer column without nulls, or a query that leaves such rows out.")
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// One batch being read: a statement, and the columns of the block under construction.
///
/// Unchecked because it lives in one `read`, which runs on one thread at a time.
final class TableReading: @unchecked Sendable {
    private let stream: SQLiteStream
    private let batch: BatchDescription
    private let database: Database
    private let statement: Statement
    /// 1 when a rowid or key comes before the stream's own columns, otherwise 0.
    private let leading: Int
    private let readers: UnsafeMutablePointer<ColumnReader>
    private let width: Int
    private var rows = 0
    private var total = 0
    /// The rowid or key of the last row read.
    private var lastKey: Int64?
    /// What a window's rows must lie between.
    private var bounds: WindowBounds?

    init(_ stream: SQLiteStream, _ batch: BatchDescription, _ database: Database) throws {
        self.stream = stream
        self.batch = batch
        self.database = database
        let relation = stream.relation
        var positions: [String] = []
        var rest = ""
        var values: [SQLValue] = []
        switch stream.order {
        case .none: break
        case .rowid(let rowid):
            positions = [rowid]
            if let after = batch["after"]?.intValue {
                rest = " WHERE \(rowid) > ?"
                values = [.integer(Int64(after))]
            }
            rest += " ORDER BY \(rowid)"
        case .slices(let key, _, _):
            guard let from = batch["from"]?.intValue, let to = batch["to"]?.intValue else {
                throw stream.misfit(Checkpoint(.object(batch.value)))
            }
            positions = [key.sqlQuoted]
            rest = " WHERE \(key.sqlQuoted) BETWEEN ? AND ? ORDER BY \(key.sqlQuoted)"
            values = [.integer(Int64(from)), .integer(Int64(to))]
        case .cursor(let column, let rowid?):
            let cursor = column.sqlQuoted
            positions = [rowid]
            if let value = try stream.cursorValue(batch), let last = batch["rowid"]?.intValue {
                // The rowid divides rows of one cursor value, so that a checkpoint between two of them is exact (I2).
                rest = " WHERE (\(cursor), \(rowid)) > (?, ?)"
                values = [value, .integer(Int64(last))]
            } else if let start = try stream.cursorValue(batch, "start") {
                rest = " WHERE \(cursor) >= ?"
                values = [start]
            }
            rest += " ORDER BY \(cursor), \(rowid)"
        case .cursor(let column, nil):
            let cursor = column.sqlQuoted
            if let value = try stream.cursorValue(batch) {
                rest = " WHERE \(cursor) > ?"
                values = [value]
            } else if let start = try stream.cursorValue(batch, "start") {
                rest = " WHERE \(cursor) >= ?"
                values = [start]
            }
            rest += " ORDER BY \(cursor)"
        case .window(let cursor):
            let column = cursor.column.sqlQuoted
            let bounds = try WindowBounds(batch, cursor, relation, database)
            self.bounds = bounds
            positions = [cursor.rowid, column].compactMap(\.self)
            rest = " WHERE \(column) >= ?"
            values = [bounds.from]
            if let resume = batch.resume, let rowid = cursor.rowid {
                guard let value = try stream.cursorValue(BatchDescription(resume.objectValue ?? JSONObject())),
                    let last = resume["rowid"]?.intValue
                else { throw stream.misfit(Checkpoint(resume)) }
                rest = " WHERE (\(column), \(rowid)) > (?, ?)"
                values = [value, .integer(Int64(last))]
            }
            if let to = bounds.to {
                rest += " AND \(column) < ?"
                values.append(to)
            }
            rest += " ORDER BY \(positions.reversed().joined(separator: ", "))"
        }
        leading = positions.count
        width = relation.columns.count
        let list = positions + relation.columns.map(\.name.sqlQuoted)
        statement = try database.prepare("SELECT \(list.joined(separator: ", ")) FROM \(relation.from)\(rest)")
        for (index, value) in values.enumerated() { try statement.bind(index + 1, value) }
        readers = .allocate(capacity: max(1, width))
        for index in 0..<width { (readers + index).initialize(to: ColumnReader()) }
    }

    deinit {
        readers.deinitialize(count: width)
        readers.deallocate()
    }

    /// Reads everything, and closes the batch.
    func run(into output: BatchOutput) async throws {
        var isFull = true
        while isFull {
            let bytes: Int
            let left = output.recordInterval.map { max(1, $0) }.map { $0 - total % $0 }
            (isFull, bytes) = try fill(output.blockSize, rows: min(left ?? .max, TableReading.maximumRows))
            guard rows > 0 else { continue }
            // Between two intervals a block ends because it is full, which is no place to end a batch at.
            let isPlace = left == nil || left == rows
            let block = try takeBlock()
            try await output.write(block, bytesRead: bytes, checkpoint: isPlace ? try checkpointInside() : nil)
        }
        if bounds != nil { return try await output.close(batch) }
        try await output.close(batch, checkpoint: try checkpointAtEnd())
    }

    private func check(_ bounds: WindowBounds) throws {
        guard case .window(let cursor) = stream.order else { return }
        let rowid = cursor.rowid.flatMap { _ in lastKey }
        try bounds.check(statement, leading - 1, cursor, stream.relation, rowid: rowid)
    }

    /// Steps until the block is full or the rows end.
    private func fill(_ blockSize: Int, rows limit: Int) throws -> (isFull: Bool, bytes: Int) {
        var bytes = 0
        let handle = statement.handle
        let leading = leading
        while try statement.step() {
            rows += 1
            if leading > 0 { lastKey = statement.int64(0) }
            if let bounds { try check(bounds) }
            for index in 0..<width {
                bytes += readers[index].append(handle, Int32(truncatingIfNeeded: leading + index))
            }
            if bytes >= blockSize || rows >= limit { return (true, bytes) }
        }
        return (false, bytes)
    }

    private func takeBlock() throws -> RecordBatch {
        var fields: [Field] = []
        var columns: [Column] = []
        for (index, named) in stream.relation.columns.enumerated() {
            let type = stream.description.schema?[named.name]?.type ?? .null
            let repaired = readers[index].firstRepaired
            let column = readers[index].finish(type, isBoolean: named.isBoolean)
            var invalid = repaired
            if invalid == nil, case .text(let text) = column.values { invalid = text.firstInvalid }
            if let row = invalid {
                throw CartloadError(
                    .sqliteInvalidText, "a text value of \"\(stream.relation.name)\" is not UTF-8",
                    at: Location(source: database.path, record: total + row + 1, field: named.name),
                    advice: "Repair the value, or read it as bytes with a query that casts it to BLOB.")
            }
            fields.append(Field(named.name, column.type))
            columns.append(column)
        }
        let origin = Location(source: "\(database.path)#\(stream.relation.name)", record: total + 1)
        let block = Columns(schema: Schema(fields), columns: columns, count: rows)
        total += rows
        rows = 0
        return RecordBatch(.columns(block), origin: origin)
    }

    // MARK: Checkpoints

    /// The checkpoint after the last row of a block; nil where rows with the same position may follow.
    private func checkpointInside() throws -> Checkpoint? {
        switch stream.order {
        case .none, .cursor(_, nil), .slices(_, _, isUnique: false): nil
        case .window(let cursor): cursor.rowid == nil ? nil : try checkpointAtEnd()
        case .slices(_, _, isUnique: true): Checkpoint(["through": lastKey.map { .int($0) } ?? .null])
        case .rowid, .cursor: try checkpointAtEnd()
        }
    }

    private func checkpointAtEnd() throws -> Checkpoint {
        switch stream.order {
        case .none: return Checkpoint(["complete": true])
        case .rowid: return Checkpoint(["after": lastKey.map { .int($0) } ?? batch["after"] ?? .null])
        case .slices: return Checkpoint(["through": batch["to"] ?? .null])
        case .window(let cursor): return try checkpoint(after: lastKey, cursor.column, cursor.rowid ?? "")
        case .cursor(let column, let rowid?): return try checkpoint(after: lastKey, column, rowid)
        case .cursor(let column, nil):
            if total == 0 { return unmoved }
            let sql = "SELECT max(\(column.sqlQuoted)) FROM \(stream.relation.from)"
            let value = try database.rows(sql) { try stream.checkpointValue($0, 0) }.first
            return Checkpoint(["cursor": value ?? .null])
        }
    }

    private func checkpoint(after rowid: Int64?, _ column: String, _ name: String) throws -> Checkpoint {
        guard let rowid else { return unmoved }
        // The same snapshot, so the row is still there.
        let sql = "SELECT \(column.sqlQuoted) FROM \(stream.relation.from) WHERE \(name) = ?"
        let value = try database.rows(sql, .integer(rowid)) { try stream.checkpointValue($0, 0) }.first
        return Checkpoint(["cursor": value ?? .null, "rowid": .int(rowid)])
    }

    /// Nothing was read: the checkpoint stays what it was.
    private var unmoved: Checkpoint {
        var value: JSONObject = JSONObject([("cursor", batch["cursor"] ?? .null)])
        if let rowid = batch["rowid"] { value["rowid"] = rowid }
        return Checkpoint(.object(value))
    }

    /// A bound for tables whose rows are almost nothing (I7).
    private static let maximumRows = 1 << 18
}

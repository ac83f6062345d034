// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

/// A batch as the writer binds it: columns, and which rows of them are meant.
struct PreparedRows: Sendable {
    var columns: Columns
    var selection: Selection

    /// Converts a batch and leaves out what the table cannot take.
    ///
    /// - Parameter keys: The fields that must have a value; empty unless the load is an upsert.
    init(_ batch: RecordBatch, schema: Schema?, keys: [String], _ diagnostics: inout Diagnostics) throws {
        let opened = try batch.columnsForSQLite(schema, &diagnostics)
        columns = Columns(
            schema: opened.schema, columns: opened.columns.map(\.spelledOut), count: opened.count)
        selection = .range(0..<columns.count)
        try leaveOutUnkeyed(keys, batch, &diagnostics)
        leaveOutNaN(batch, &diagnostics)
    }

    private mutating func leaveOutUnkeyed(
        _ keys: [String], _ batch: RecordBatch, _ diagnostics: inout Diagnostics
    ) throws {
        for key in keys {
            guard let column = columns[key] else {
                leaveOut(
                    where: { _ in true }, .recordWithoutKey, "the record has no key \"\(key)\"", key, batch,
                    &diagnostics)
                continue
            }
            guard column.validity != nil else { continue }
            leaveOut(
                where: { column.isNull($0) }, .recordWithoutKey, "the record has no value for the key \"\(key)\"", key,
                batch, &diagnostics)
        }
    }

    /// SQLite turns NaN into NULL without a word, so it must not get one.
    private mutating func leaveOutNaN(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) {
        for (field, column) in zip(columns.schema.fields, columns.columns) {
            guard case .float64(let values) = column.values else { continue }
            var sum = 0
            for row in 0..<values.count where values.pointer[row].isNaN { sum += 1 }
            guard sum > 0 else { continue }
            leaveOut(
                where: { values[$0].isNaN && !column.isNull($0) }, .sqliteNotANumber,
                "\"\(field.name)\" is NaN", field.name, batch, &diagnostics)
        }
    }

    private mutating func leaveOut(
        where isBad: (Int) -> Bool, _ code: CartloadError.Code, _ message: String, _ field: String,
        _ batch: RecordBatch,
        _ diagnostics: inout Diagnostics
    ) {
        var kept: [Int32] = []
        kept.reserveCapacity(selection.count)
        selection.forEach { row in
            guard isBad(row) else { return kept.append(Int32(row)) }
            var location = batch.origin
            location.record = batch.origin.record.map { $0 + row }
            location.line = nil
            location.byte = nil
            location.field = field
            diagnostics.reject(
                Diagnostic(
                    code, message, at: location, record: Bytes(JSONValue.object(columns.record(row)).description)))
        }
        if kept.count < selection.count { selection = .rows(kept) }
    }
}

extension RecordBatch {
    /// The batch as columns, those of the schema in its types, others as the block's values say.
    func columnsForSQLite(_ schema: Schema?, _ diagnostics: inout Diagnostics) throws -> Columns {
        let all = try columns(.all, &diagnostics).columns
        guard let schema else { return all }
        let items = all.schema.fields.map { field in
            Projection.Item(field.name, path: [field.name], schema[field.name].map { .typed($0.type) } ?? .inferred)
        }
        return try RecordBatch(.columns(all), origin: origin).columns(Projection(items), &diagnostics).columns
    }
}

extension Projection {
    /// What the writer asks of rows: the stream's fields, or all that occur when the schema is not the whole story.
    ///
    /// Times and bytes are asked for as the strings that they are, since SQLite stores them so.
    static func forSQLite(_ schema: Schema?) -> Projection {
        guard let schema, !schema.isOpen else { return .all }
        return Projection(
            schema.fields.map { field in
                switch field.type {
                case .null: Item(field.name)
                case .timestamp, .date, .time, .binary: Item(field.name, .typed(.string))
                default: Item(field.name, .typed(field.type))
                }
            })
    }
}

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
                    where: { _ in true }, .missingKey, "the record has no key \"\(key)\"", key, batch,
                    &diagnostics)
                continue
            }
            guard column.validity != nil else { continue }
            leaveOut(
                where: { column.isNull($0) }, .missingKey, "the record has no value for the key \"\(key)\"", key,
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
        var lines = LineCounter()
        selection.forEach { row in
            guard isBad(row) else { return kept.append(Int32(row)) }
            var location = batch.origin
            location.record = batch.origin.record.map { $0 + row }
            location.line = nil
            location.byte = nil
            var text: Bytes?
            if case .rows(let rows) = batch.body, columns.count == batch.count {
                let row = batch.selection?[row] ?? row
                location = rows.location(ofRow: row, origin: batch.origin, &lines)
                text = rows.excerpt(ofRow: row)
            }
            location.field = field
            diagnostics.reject(
                Diagnostic(
                    code, message, at: location,
                    record: text ?? Bytes(JSONValue.object(columns.record(row)).description)))
        }
        if kept.count < selection.count { selection = .rows(kept) }
    }
}

extension RecordBatch {
    /// The batch as columns of the types that the block's values have; the table widens where that is more than it holds.
    ///
    /// Decimals of the schema are asked for as such, because a floating-point number would not keep their digits.
    func columnsForSQLite(_ schema: Schema?, _ diagnostics: inout Diagnostics) throws -> Columns {
        let batch = try opened(&diagnostics)
        let all = try batch.columns(.all, &diagnostics).columns
        guard case .rows = batch.body, let schema, schema.fields.contains(where: \.isDecimal) else { return all }
        let items = all.schema.fields.map { field in
            Projection.Item(
                field.name, path: [field.name],
                schema[field.name].flatMap { $0.isDecimal ? .typed($0.type) : nil } ?? .inferred)
        }
        return try batch.columns(Projection(items), &diagnostics).columns
    }
}

extension Field {
    fileprivate var isDecimal: Bool { if case .decimal = type { true } else { false } }
}

// SPDX-License-Identifier: Apache-2.0

extension Columns {
    /// One record as a JSON value; for rejects and tests, never for whole batches.
    package func record(_ row: Int) -> JSONObject {
        JSONObject(zip(schema.fields, columns).map { ($0.name, $1.jsonValue(row)) })
    }
}

extension Column {
    /// One value as JSON.
    package func jsonValue(_ row: Int) -> JSONValue {
        if isNull(row) { return .null }
        switch values {
        case .null: return .null
        case .boolean(let bits): return .bool(bits[row])
        case .int64(let values): return .int(values[row])
        case .float64(let values): return .double(values[row])
        case .text(let text):
            switch type {
            case .integer, .number, .decimal: return .number(text[row])
            case .object, .array, .json: return (try? JSONValue(parsing: text[row])) ?? .string(text[row])
            default: return .string(text[row])
            }
        }
    }
}

extension RecordBatch {
    /// The batch's records as JSON values, in order; for tests and small data.
    package func records() throws -> [JSONObject] {
        var diagnostics = Diagnostics()
        let batch = try opened(&diagnostics)
        if let reject = diagnostics.rejects.first { throw reject.error }
        let rows = batch.selection ?? .range(0..<(batch.count ?? 0))
        var records: [JSONObject] = []
        records.reserveCapacity(rows.count)
        try rows.forEach { row in
            switch batch.body {
            case .columns(let columns): records.append(columns.record(row))
            case .rows(let texts):
                guard case .object(let object) = try JSONValue(parsing: texts[row]) else {
                    throw CartloadError(.invalidJSON, "a record is not an object", at: batch.origin)
                }
                records.append(object)
            case .sealed: preconditionFailure("opened batches are not sealed")
            }
        }
        return records
    }
}

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

// SPDX-License-Identifier: Apache-2.0

/// One record of a batch, for closures and small programs: easy, where columns are fast.
public struct Record: Sendable {
    private enum Source: Sendable {
        case object(JSONObject)
        case row(Columns, Int)
    }

    private let source: Source

    init(_ object: JSONObject) { source = .object(object) }

    init(_ columns: Columns, row: Int) { source = .row(columns, row) }

    /// The value of a field; nil when the record has none of that name.
    public subscript(name: String) -> JSONValue? {
        switch source {
        case .object(let object): object[name]
        case .row(let columns, let row): columns[name].map { $0.jsonValue(row) }
        }
    }

    /// The whole record.
    public var object: JSONObject {
        switch source {
        case .object(let object): return object
        case .row(let columns, let row):
            var object = JSONObject()
            for (field, column) in zip(columns.schema.fields, columns.columns) {
                object[field.name] = column.jsonValue(row)
            }
            return object
        }
    }

    public func int(_ name: String) -> Int? { self[name]?.intValue }

    public func string(_ name: String) -> String? { self[name]?.stringValue }

    public func double(_ name: String) -> Double? { self[name]?.doubleValue }

    public func bool(_ name: String) -> Bool? { self[name]?.boolValue }
}

extension Column {
    /// One cell as a JSON value.
    public func jsonValue(_ row: Int) -> JSONValue {
        if isNull(row) { return .null }
        switch values {
        case .null: return .null
        case .boolean(let bits): return .bool(bits[row])
        case .int64(let buffer) where !type.isTemporal: return .int(buffer[row])
        case .float64(let buffer): return .double(buffer[row])
        case .text(let text) where !type.isNested && !type.isNumeric: return .string(text[row])
        default:
            // The writer knows what the rest looks like.
            var output = BytesBuilder()
            var ignored = Diagnostics()
            let columns = Columns(schema: Schema([Field("", type)]), columns: [self], count: count)
            RecordBatch(.columns(columns), selection: .range(row..<row + 1)).writeJSONLines(into: &output, &ignored)
            let value = try? JSONValue(parsing: output.finish())
            return value?[""] ?? .null
        }
    }
}

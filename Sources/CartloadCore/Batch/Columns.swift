// SPDX-License-Identifier: Apache-2.0

/// Records as columns in Arrow's layout.
public struct Columns: Sendable {
    public let schema: Schema
    /// One for each field of the schema, all of the same length.
    public let columns: [Column]
    /// How many records there are.
    public let count: Int

    public init(schema: Schema, columns: [Column], count: Int) {
        precondition(schema.fields.count == columns.count, "a column for each field is needed")
        precondition(columns.allSatisfy { $0.count == count }, "columns must have the same length")
        self.schema = schema
        self.columns = columns
        self.count = count
    }

    public subscript(name: String) -> Column? { schema.index(of: name).map { columns[$0] } }

    /// How many bytes the columns hold.
    public var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }
}

extension Column {
    /// How many bytes the column holds.
    public var byteCount: Int {
        let bits = (validity?.count ?? 0) / 8
        return switch values {
        case .null: bits
        case .boolean(let bitmap): bits + bitmap.count / 8
        case .int64(let buffer): bits + buffer.count * 8
        case .float64(let buffer): bits + buffer.count * 8
        case .text(let text): bits + text.bytes.count + text.offsets.count * 4
        }
    }
}

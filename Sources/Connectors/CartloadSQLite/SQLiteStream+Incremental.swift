// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import SQLiteDatabase

extension SQLiteStream: IncrementalStream {
    /// The columns whose values have an order that a checkpoint can hold; nulls are looked for when one is chosen.
    var replicationKeys: [String] {
        relation.columns.filter(canOrder).map(\.name)
    }

    var replicationKey: String? {
        if case .cursor(let column, _) = order { column } else { nil }
    }

    func replicationValue(at checkpoint: Checkpoint) -> JSONValue? {
        checkpoint.value["cursor"].flatMap { $0.isNull ? nil : $0 }
    }

    private func canOrder(by column: Relation.Column) -> Bool {
        switch description.schema?[column.name]?.type {
        case .integer, .number, .string: !column.isBoolean
        case .null: !column.isBoolean && column.declared?.uppercased().contains("BLOB") != true
        default: false  // bytes and mixed types
        }
    }

    func incremental(by key: String, from start: JSONValue?) throws -> any IncrementalStream {
        let column = try relation.column(key, for: "replication key", source.path)
        guard replicationKeys.contains(column) else {
            throw CartloadError(
                .sqliteCursor, "\"\(relation.name)\" cannot be read in the order of \"\(column)\"",
                at: Location(source: source.path, field: column),
                advice: replicationKeys.isEmpty
                    ? "Read the whole table." : "It can be by: \(replicationKeys.joined(separator: ", ")).")
        }
        var stream = self
        stream.order = .cursor(column, rowid: relation.rowid)
        stream.start = try start.flatMap { try startValue($0, column) }
        stream.description.concurrency = 1
        return stream
    }

    /// A value from outside as one that the column compares with; nil reads from the beginning.
    private func startValue(_ value: JSONValue, _ column: String) throws -> JSONValue? {
        switch (value, description.schema?[column]?.type) {
        case (.null, _): return nil
        case (.string(let text), .integer), (.string(let text), .number):
            if let number = try? JSONValue(parsing: text), number.doubleValue?.isFinite == true { return number }
        case (.string, _): return value
        case (.number(let text), .string): return .string(text)
        case (.number, _) where value.doubleValue?.isFinite == true: return value
        default: break
        }
        throw CartloadError(
            .sqliteCursor, "\(value) is no value that \"\(column)\" of \"\(relation.name)\" can begin at",
            at: Location(source: source.path, field: column),
            advice: "Give a number for a column of numbers, and text for one of text, dates or times.")
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadExpressions

/// Makes each record out of a list of expressions, as SELECT does; `*` stands for the fields that are there.
///
/// An item with the name of a field that `*` brought takes that field's place.
public struct SelectProcessor: Processor {
    public let list: SelectList
    private let expressions: [Expression]

    public init(_ list: SelectList) {
        self.list = list
        expressions = list.items.compactMap { if case .expression(let expression, _) = $0 { expression } else { nil } }
    }

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        try process(WorkingColumns(batch, all: list.hasAll, expressions, &diagnostics), &diagnostics)
    }

    private func process(_ columns: WorkingColumns, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        var working = columns
        var fields: [(name: String, column: Column)] = []
        for item in list.items {
            switch item {
            case .all(let excluded):
                for name in working.names where !excluded.contains(name) { fields.append((name, working.raw([name]))) }
            case .expression(let expression, let name):
                fields.append((name, try working.evaluate(expression)))
            }
        }
        return working.finish(fields, &diagnostics)
    }

    public func schema(from input: Schema) throws -> Schema {
        var fields: [Field] = []
        for item in list.items {
            switch item {
            case .all(let excluded):
                for name in excluded { try input.require(name, for: "select") }
                fields += input.fields.filter { !excluded.contains($0.name) }
            case .expression(let expression, let name):
                fields.append(Field(name, try expression.type(over: input)))
            }
        }
        return Schema(fields, isOpen: list.hasAll && input.isOpen)
    }
}

extension SelectProcessor: ProjectingProcessor {
    /// With `*` the fields are those of the batch.
    package var projection: Projection? { list.hasAll ? nil : WorkingColumns.projection(expressions) }

    package func process(
        _ batch: RecordBatch, with columns: ProjectedColumns, _ diagnostics: inout Diagnostics
    ) throws -> RecordBatch {
        try process(WorkingColumns(batch, columns), &diagnostics)
    }
}

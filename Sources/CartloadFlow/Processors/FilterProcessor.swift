// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadExpressions

/// Keeps the records for which a condition is true; it only narrows the selection and copies nothing.
public struct FilterProcessor: Processor {
    public let condition: Expression

    public init(_ condition: Expression) { self.condition = condition }

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        let batch = try batch.opened(&diagnostics)
        // A bare field is a condition too, so it is computed with, not passed on.
        let items = condition.paths.map { Projection.Item(Expression.name(of: $0), path: $0, .inferred) }
        let projected = try batch.columns(Projection(items), &diagnostics)
        let (rows, errors) = try condition.selection(over: projected.columns)
        for error in errors {
            let position = projected.kept?[error.row] ?? error.row
            diagnostics.reject(batch.rejection(of: position, .expressionValue, error.message))
        }
        var result = batch
        var inner = projected.kept
        if let rows { inner = inner.map { $0.narrowed(by: .rows(rows)) } ?? .rows(rows) }
        if let inner { result.selection = batch.selection.map { $0.narrowed(by: inner) } ?? inner }
        return result
    }

    public func schema(from input: Schema) throws -> Schema {
        _ = try condition.type(over: input)
        return input
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadExpressions

/// Keeps the records for which a condition is true; it only narrows the selection and copies nothing.
public struct FilterProcessor: Processor {
    public let condition: Expression

    public init(_ condition: Expression) { self.condition = condition }

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        let (opened, columns) = try batch.opened(extracting: wanted, &diagnostics)
        return try process(opened, with: columns, &diagnostics)
    }

    /// A bare field is a condition too, so it is computed with, not passed on.
    private var wanted: Projection {
        Projection(condition.paths.map { Projection.Item(Expression.name(of: $0), path: $0, .inferred) })
    }

    public func schema(from input: Schema) throws -> Schema {
        _ = try condition.type(over: input)
        return input
    }
}

extension FilterProcessor: ProjectingProcessor {
    package var projection: Projection? { wanted }

    package func process(
        _ batch: RecordBatch, with projected: ProjectedColumns, _ diagnostics: inout Diagnostics
    ) throws -> RecordBatch {
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
}

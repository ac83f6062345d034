// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadExpressions

/// Divides a batch by the values of expressions: one part for each distinct key, in the order of first occurrence.
///
/// Keys are equal when their types and values are; null is a key of its own. A record for which an expression has no
/// value fails the batch.
public struct KeyBatcher: Batcher {
    public let expressions: [Expression]

    /// - Throws: `CartloadError` when there is no expression.
    public init(by expressions: [Expression]) throws {
        guard !expressions.isEmpty else { throw CartloadError(.batcherSetting, "a key needs at least one expression") }
        self.expressions = expressions
    }

    /// Divides by fields, whatever their names.
    public init(fields: [String]) throws { try self.init(by: fields.map { Expression(field: [$0]) }) }

    public func parts(of batch: RecordBatch) throws -> [BatchPart] {
        guard try batch.knownCount() > 0 else { return [] }
        var diagnostics = Diagnostics()
        var items: [Projection.Item] = []
        for path in expressions.flatMap(\.paths) where !items.contains(where: { $0.path == path }) {
            items.append(Projection.Item(Expression.name(of: path), path: path, .inferred))
        }
        let projected = try batch.columns(Projection(items), &diagnostics)
        if let reject = diagnostics.rejects.first { throw reject.error }
        var groups = KeyGroups(count: projected.columns.count)
        var values: [KeyValues] = []
        for expression in expressions {
            let evaluated = try expression.evaluate(over: projected.columns)
            if let error = evaluated.errors.first {
                throw batch.rejection(of: error.row, .expressionValue, error.message).error
            }
            let keyed = KeyValues(evaluated.column)
            values.append(keyed)
            groups.refine(by: keyed)
        }
        return groups.parts(values)
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadExpressions

/// The expressions of a key, evaluated over batches.
struct KeyExpressions: Sendable {
    let expressions: [Expression]

    /// - Throws: `CartloadError` when there is no expression.
    init(_ expressions: [Expression]) throws {
        guard !expressions.isEmpty else { throw CartloadError(.batcherSetting, "a key needs at least one expression") }
        self.expressions = expressions
    }

    /// The values of each expression, a row for each record.
    ///
    /// - Throws: `CartloadError` when an expression has no value for a record.
    func values(of batch: RecordBatch) throws -> (values: [KeyValues], count: Int) {
        var diagnostics = Diagnostics()
        var items: [Projection.Item] = []
        for path in expressions.flatMap(\.paths) where !items.contains(where: { $0.path == path }) {
            items.append(Projection.Item(Expression.name(of: path), path: path, .inferred))
        }
        let projected = try batch.columns(Projection(items), &diagnostics)
        if let reject = diagnostics.rejects.first { throw reject.error }
        let values = try expressions.map { expression in
            let evaluated = try expression.evaluate(over: projected.columns)
            if let error = evaluated.errors.first {
                throw batch.rejection(of: error.row, .expressionValue, error.message).error
            }
            return KeyValues(evaluated.column)
        }
        return (values, projected.columns.count)
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadExpressions

/// Divides a batch wherever the values of expressions change: neighbours with equal keys stay together, in order.
///
/// Unlike ``KeyBatcher`` a key that comes again later begins a part of its own.
public struct RunsBatcher: Batcher {
    private let key: KeyExpressions

    /// - Throws: `CartloadError` when there is no expression.
    public init(by expressions: [Expression]) throws { key = try KeyExpressions(expressions) }

    /// Divides by fields, whatever their names.
    public init(fields: [String]) throws { try self.init(by: fields.map { Expression(field: [$0]) }) }

    public func parts(of batch: RecordBatch) throws -> [BatchPart] {
        guard try batch.knownCount() > 0 else { return [] }
        let (values, count) = try key.values(of: batch)
        var parts: [BatchPart] = []
        var start = 0
        for row in 1..<count + 1 {
            if row < count, values.allSatisfy({ $0.areEqual(start, row) }) { continue }
            parts.append(BatchPart(.range(start..<row), key: BatchKey(values.map { $0.value(start) })))
            start = row
        }
        return parts
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadExpressions

/// Divides a batch by the values of expressions: one part for each distinct key, in the order of first occurrence.
///
/// Keys are equal when their types and values are; null is a key of its own. A record for which an expression has no
/// value fails the batch.
public struct KeyBatcher: Batcher {
    private let key: KeyExpressions

    public var expressions: [Expression] { key.expressions }

    /// - Throws: `CartloadError` when there is no expression.
    public init(by expressions: [Expression]) throws { key = try KeyExpressions(expressions) }

    /// Divides by fields, whatever their names.
    public init(fields: [String]) throws { try self.init(by: fields.map { Expression(field: [$0]) }) }

    public func parts(of batch: RecordBatch) throws -> [BatchPart] {
        guard try batch.knownCount() > 0 else { return [] }
        let (values, count) = try key.values(of: batch)
        var groups = KeyGroups(count: count)
        for value in values { groups.refine(by: value) }
        return groups.parts(values)
    }
}

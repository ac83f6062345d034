// SPDX-License-Identifier: Apache-2.0

/// A rule that divides each batch into smaller ones.
///
/// A batcher is a partition (I5): every record of the batch is in exactly one part, in the batch's order. Parts are
/// selections, so nothing is copied and ``RecordBatch/divided(by:)`` can check the law by counting.
public protocol Batcher: Sendable {
    /// The parts of one batch, none of them empty; no parts for an empty batch.
    func parts(of batch: RecordBatch) throws -> [BatchPart]
}

/// One part of a divided batch.
public struct BatchPart: Sendable, Hashable {
    /// Positions in the batch, ascending.
    public var positions: Selection
    /// What the records of the part have in common, for batchers by key.
    public var key: BatchKey?

    public init(_ positions: Selection, key: BatchKey? = nil) {
        self.positions = positions
        self.key = key
    }
}

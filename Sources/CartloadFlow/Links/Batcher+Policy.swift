// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension Batcher {
    /// The same with another policy for batches that it fails on; by default they fail the transfer.
    ///
    /// With `skip` the batch goes on as it came, in a shape that the outlets may not expect: ask for it only where that is so.
    public func onFailure(_ policy: StagePolicy) -> any Batcher { PolicedBatcher(batcher: self, policy: policy) }
}

/// A batcher whose failures need not be the end.
struct PolicedBatcher: Batcher {
    let batcher: any Batcher
    let policy: StagePolicy

    func parts(of batch: RecordBatch) throws -> [BatchPart] {
        try policy.attempt { try batcher.parts(of: batch) }
    }
}

extension RecordBatch {
    /// The parts that batchers make, one after the other, each with its own policy for failures.
    func divided(by batchers: [any Batcher], _ diagnostics: inout Diagnostics) throws -> [RecordBatch] {
        var batches = count == 0 ? [] : [self]
        for batcher in batchers {
            var parts: [RecordBatch] = []
            for batch in batches {
                do {
                    parts += try batch.divided(by: batcher)
                } catch {
                    switch (batcher as? PolicedBatcher)?.policy.last ?? .fail {
                    case .fail: throw error
                    case .skip:
                        diagnostics.warn(.stageSkipped)
                        parts.append(batch)
                    case .reject: diagnostics.reject(batch, because: error)
                    }
                }
            }
            batches = parts
        }
        return batches
    }
}

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
    func parts(by batchers: [any Batcher], _ diagnostics: inout Diagnostics) throws -> [BatchPart] {
        guard let count, count > 0 else { return [] }
        var parts = [BatchPart(.range(0..<count), key: key)]
        for (step, batcher) in batchers.enumerated() {
            if step == 0 {
                parts = try self.parts(self, by: batcher, &diagnostics) ?? parts
                continue
            }
            var divided: [BatchPart] = []
            for part in parts {
                guard let inner = try self.parts(self.part(part), by: batcher, &diagnostics) else {
                    divided.append(part)
                    continue
                }
                for smaller in inner {
                    divided.append(BatchPart(part.positions.narrowed(by: smaller.positions), key: smaller.key))
                }
            }
            parts = divided
        }
        return parts
    }

    /// The parts of one batch; nil when it stays as it is.
    private func parts(
        _ batch: RecordBatch, by batcher: any Batcher, _ diagnostics: inout Diagnostics
    ) throws -> [BatchPart]? {
        do { return try batch.checkedParts(batcher) } catch let oversize as OversizeRecords {
            return try partsWithout(oversize, batch, by: batcher, &diagnostics)
        } catch {
            switch (batcher as? PolicedBatcher)?.policy.last ?? .fail {
            case .fail: throw error
            case .skip:
                diagnostics.warn(.stageSkipped)
                return nil
            case .reject:
                diagnostics.reject(batch, because: error)
                return []
            }
        }
    }

    /// The parts of what is left when records that are too large are rejected.
    private func partsWithout(
        _ oversize: OversizeRecords, _ batch: RecordBatch, by batcher: any Batcher, _ diagnostics: inout Diagnostics
    ) throws -> [BatchPart] {
        let large = Set(oversize.positions)
        for position in oversize.positions {
            diagnostics.reject(
                batch.rejection(
                    of: position, .batcherOversize,
                    "the record is larger than a batch may be, which is \(oversize.limit) bytes"))
        }
        let kept = Selection.rows((0..<(batch.count ?? 0)).filter { !large.contains($0) }.map { Int32($0) })
        if kept.count == 0 { return [] }
        return try batch.part(BatchPart(kept)).checkedParts(batcher).map {
            BatchPart(kept.narrowed(by: $0.positions), key: $0.key)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension Processor {
    /// The same with another policy for batches that it fails on; by default they fail the transfer.
    public func onFailure(_ policy: StagePolicy) -> any Processor { PolicedProcessor(processor: self, policy: policy) }
}

/// A processor whose failures need not be the end.
private struct PolicedProcessor: Processor {
    let processor: any Processor
    let policy: StagePolicy

    func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        do {
            return try policy.attempt {
                var found = Diagnostics()
                let result = try processor.process(batch, &found)
                diagnostics.append(found)
                return result
            }
        } catch {
            switch policy.last {
            case .fail: throw error
            case .skip:
                diagnostics.warn(.stageSkipped)
                return batch
            case .reject:
                let batch = try batch.opened(&diagnostics)
                diagnostics.reject(batch, because: error)
                var none = batch
                none.selection = .range(0..<0)
                return none
            }
        }
    }

    func schema(from input: Schema) throws -> Schema { try processor.schema(from: input) }
}

extension Diagnostics {
    /// Rejects every record of an open batch.
    mutating func reject(_ batch: RecordBatch, because error: any Error) {
        let message = (error as? CartloadError)?.message ?? String(describing: error)
        for position in 0..<(batch.count ?? 0) { reject(batch.rejection(of: position, .stageFailed, message)) }
    }
}

extension CartloadError.Code {
    /// A stage of a link failed on a batch, whose records were rejected.
    public static let stageFailed = CartloadError.Code("link.stage-failed")
    /// A stage of a link failed on a batch, and was passed by.
    public static let stageSkipped = CartloadError.Code("link.stage-skipped")
}

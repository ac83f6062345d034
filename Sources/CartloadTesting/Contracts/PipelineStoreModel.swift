// SPDX-License-Identifier: Apache-2.0

public import CartloadCompute
public import CartloadCore

/// What a store of pipelines must hold after its changes, said as simply as possible.
public struct PipelineStoreModel: Sendable, Equatable {
    private var stored: [String: StoredPipeline] = [:]
    /// The payloads that can be read.
    public private(set) var payloads: [PayloadKey: Bytes] = [:]

    public init() {}

    /// The pipelines in order of their ids, as ``sorted(_:)`` gives those of a store.
    public var pipelines: [StoredPipeline] { PipelineStoreModel.sorted(Array(stored.values)) }

    /// What a store gave back, in order of the ids.
    public static func sorted(_ pipelines: [StoredPipeline]) -> [StoredPipeline] {
        pipelines.sorted { $0.pipeline.id < $1.pipeline.id }
    }

    public mutating func apply(_ changes: [StoreChange]) {
        for change in changes { apply(change) }
    }

    private mutating func apply(_ change: StoreChange) {
        switch change {
        case .pipeline(let record):
            stored[record.id] = StoredPipeline(pipeline: record, chunks: stored[record.id]?.chunks ?? [])
        case .accepted(let pipeline, let chunk, let input):
            stored[pipeline]?.chunks.append(chunk)
            payloads[PayloadKey(pipeline: pipeline, sequence: chunk.sequence, kind: .input)] = input
        case .finished(let pipeline, let sequence, let outcome, let output):
            guard stored[pipeline]?.chunks[sequence].state == .queued else { return }
            stored[pipeline]?.chunks[sequence].state = .finished
            stored[pipeline]?.chunks[sequence].outcome = outcome
            release(pipeline, [sequence])
            payloads[PayloadKey(pipeline: pipeline, sequence: sequence, kind: .output)] = output
        case .released(let pipeline, let sequences, let state):
            for sequence in sequences { stored[pipeline]?.chunks[sequence].state = state }
            release(pipeline, sequences)
        case .removed(let pipeline):
            release(pipeline, Array((stored.removeValue(forKey: pipeline)?.chunks ?? []).indices))
        }
    }

    private mutating func release(_ pipeline: String, _ sequences: [Int]) {
        for sequence in sequences {
            payloads[PayloadKey(pipeline: pipeline, sequence: sequence, kind: .input)] = nil
            payloads[PayloadKey(pipeline: pipeline, sequence: sequence, kind: .output)] = nil
        }
    }
}

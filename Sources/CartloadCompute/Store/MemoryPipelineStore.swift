// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Synchronization

/// Keeps pipelines for as long as the process lives.
public final class MemoryPipelineStore: PipelineStore {
    fileprivate struct Contents {
        var pipelines: [String: StoredPipeline] = [:]
        var payloads: [PayloadKey: Bytes] = [:]
    }

    private let contents = Mutex(Contents())

    public init() {}

    public func load() throws -> [StoredPipeline] {
        contents.withLock { contents in contents.pipelines.values.sorted { $0.pipeline.id < $1.pipeline.id } }
    }

    public func commit(_ changes: [StoreChange], whenDurable: @escaping @Sendable ((any Error)?) -> Void) {
        contents.withLock { contents in
            for change in changes { contents.apply(change) }
        }
        whenDurable(nil)
    }

    public func read(_ key: PayloadKey) throws -> Bytes {
        guard let bytes = contents.withLock({ $0.payloads[key] }) else {
            throw CartloadError(.payloadMissing, "there is no \(key.kind) of chunk \(key.sequence) of \(key.pipeline)")
        }
        return bytes
    }

    public func close() {}
}

extension MemoryPipelineStore.Contents {
    fileprivate mutating func apply(_ change: StoreChange) {
        switch change {
        case .pipeline(let record):
            pipelines[record.id, default: StoredPipeline(pipeline: record, chunks: [])].pipeline = record
        case .accepted(let pipeline, let chunk, let input):
            pipelines[pipeline]?.chunks.append(chunk)
            payloads[PayloadKey(pipeline: pipeline, sequence: chunk.sequence, kind: .input)] = input
        case .finished(let pipeline, let sequence, let outcome, let output):
            guard let place = place(of: sequence, in: pipeline),
                pipelines[pipeline]?.chunks[place].state == .queued
            else { return }
            pipelines[pipeline]?.chunks[place].state = .finished
            pipelines[pipeline]?.chunks[place].outcome = outcome
            payloads[PayloadKey(pipeline: pipeline, sequence: sequence, kind: .input)] = nil
            payloads[PayloadKey(pipeline: pipeline, sequence: sequence, kind: .output)] = output
        case .released(let pipeline, let sequences, let state):
            for sequence in sequences {
                guard let place = place(of: sequence, in: pipeline) else { continue }
                pipelines[pipeline]?.chunks[place].state = state
                release(pipeline, sequence)
            }
        case .removed(let pipeline):
            for chunk in pipelines.removeValue(forKey: pipeline)?.chunks ?? [] { release(pipeline, chunk.sequence) }
        }
    }

    /// Where a chunk is: its sequence unless numbers are missing before it.
    private func place(of sequence: Int, in pipeline: String) -> Int? {
        guard let chunks = pipelines[pipeline]?.chunks else { return nil }
        var (low, high) = (0, min(sequence, chunks.count - 1))
        while low <= high {
            let middle = (low + high) / 2
            if chunks[middle].sequence == sequence { return middle }
            if chunks[middle].sequence < sequence { low = middle + 1 } else { high = middle - 1 }
        }
        return nil
    }

    private mutating func release(_ pipeline: String, _ sequence: Int) {
        payloads[PayloadKey(pipeline: pipeline, sequence: sequence, kind: .input)] = nil
        payloads[PayloadKey(pipeline: pipeline, sequence: sequence, kind: .output)] = nil
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCompute
internal import CartloadCore

/// Changes such as an engine makes, at random, from a seed.
public struct RandomStoreChanges: Sendable {
    private var generator: SeededGenerator
    private var made = 0
    private let largest: Int

    /// - Parameter largest: Bytes of the largest payloads; most are much smaller.
    public init(seed: UInt64, largest: Int = 40_000) {
        generator = SeededGenerator(seed: seed)
        self.largest = largest
    }

    /// Whether a rare thing happens now.
    public mutating func isTime(oneIn count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

    /// What one commit changes, after what the model holds; between none and four changes.
    public mutating func next(_ model: PipelineStoreModel) -> [StoreChange] {
        var model = model
        return (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            let change = one(model)
            model.apply([change])
            return change
        }
    }

    private mutating func one(_ model: PipelineStoreModel) -> StoreChange {
        made += 1
        guard let stored = model.pipelines.randomElement(using: &generator), made % 20 != 1 else {
            return .pipeline(record("pipeline-\(made)"))
        }
        let id = stored.pipeline.id
        guard let chunk = stored.chunks.randomElement(using: &generator) else { return accepted(id, 0) }
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<3: return .pipeline(record(id))
        case 3..<45: return accepted(id, stored.chunks.count)
        case 45..<75:
            let queued = stored.chunks.first { $0.state == .queued } ?? chunk
            let outcome = ChunkOutcome(
                failedCount: made, computeTime: Double(made) / 8, outputBytes: made,
                aggregates: made % 3 == 0 ? Bytes("{\"n\":\(made)}") : Bytes())
            return .finished(pipeline: id, sequence: queued.sequence, outcome, output: payload())
        case 75..<98:
            let some = stored.chunks.filter { $0.state.rawValue < 2 }.prefix(3)
            return .released(pipeline: id, sequences: some.map(\.sequence), made % 2 == 0 ? .delivered : .dropped)
        default: return .removed(pipeline: id)
        }
    }

    private func record(_ id: String) -> PipelineRecord {
        PipelineRecord(id: id, tenant: "t\(made % 3)", body: Bytes("{\"n\":\(made)}"))
    }

    private mutating func accepted(_ pipeline: String, _ sequence: Int) -> StoreChange {
        .accepted(pipeline: pipeline, StoreTrial.chunk(sequence), input: payload())
    }

    private mutating func payload() -> Bytes {
        let most = Int.random(in: 0..<10, using: &generator) == 0 ? largest : largest / 20
        return StoreTrial.payload(Int.random(in: 0...most, using: &generator), made)
    }
}

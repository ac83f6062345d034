// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Testing

/// Plays an engine with random finish orders and crashes, and notes which batches were done.
struct Rehearsal {
    /// A plan from a checkpoint, in the nth run.
    let plan: (Checkpoint?, Int) throws -> Checkpoint?
    let batches: (Checkpoint?) async throws -> [BatchDescription]
    let fold: (BatchDescription, Checkpoint?) throws -> Checkpoint

    private(set) var done: [BatchDescription] = []
    private(set) var base: Checkpoint?
    private var early: Set<BatchDescription> = []

    init(
        plan: @escaping (Checkpoint?, Int) throws -> Checkpoint?,
        batches: @escaping (Checkpoint?) async throws -> [BatchDescription],
        fold: @escaping (BatchDescription, Checkpoint?) throws -> Checkpoint
    ) {
        self.plan = plan
        self.batches = batches
        self.fold = fold
    }

    /// Runs to the end, breaking off so many times.
    mutating func run(crashes: Int, _ random: inout SeededGenerator) async throws {
        for attempt in 0...crashes {
            base = try plan(base, attempt)
            var order = try await batches(base)
            try #require(Set(order).count == order.count)
            var waiting = order.filter { !early.contains($0) }
            var left = attempt == crashes ? Int.max : Int.random(in: 0...waiting.count, using: &random)
            while left > 0, !waiting.isEmpty {
                // Any of the eight that are being read.
                let index = Int.random(in: 0..<min(8, waiting.count), using: &random)
                let batch = waiting.remove(at: index)
                done.append(batch)
                early.insert(batch)
                while let first = order.first, early.contains(first) {
                    base = try fold(first, base)
                    early.remove(first)
                    order.removeFirst()
                }
                left -= 1
            }
            // Checkpoints are stored as text in between.
            base = try base.map { try Checkpoint(JSONValue(parsing: $0.description)) }
        }
    }
}

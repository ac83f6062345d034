// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

/// A composable stream of batches of numbered records, whose reading a test scripts.
struct ComposedSource: Source {
    /// How many records each batch has.
    var sizes: [Int]
    /// Records in a block.
    var block = 2
    var concurrency = 4
    /// Whether a block can be resumed after.
    var resumesInside = true
    /// Called before a block with its batch and the number of its first record; may wait, throw or record.
    var before: @Sendable (_ batch: Int, _ record: Int) async throws -> Void = { _, _ in }
    /// The batches that were read, with where from.
    let reads = Shared<[(batch: Int, from: Int)]>([])

    func streams() async throws -> [any CartloadCore.Stream] { [Composed(source: self)] }

    private struct Composed: ComposableStream {
        let source: ComposedSource
        var description: StreamDescription { StreamDescription("s", concurrency: source.concurrency) }

        func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
            let done = checkpoint?.value["batches"]?.intValue ?? 0
            return (done..<source.sizes.count).map { ["batch": .int($0)] }
        }

        func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint?) throws -> Checkpoint {
            let number = batch["batch"]?.intValue ?? -1
            #expect(number == checkpoint?.value["batches"]?.intValue ?? 0, "batches are folded in order")
            return Checkpoint(["batches": .int(number + 1)])
        }

        func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
            let number = batch["batch"]?.intValue ?? 0
            var record = batch.resume?["record"]?.intValue ?? 0
            source.reads.withLock { $0.append((number, record)) }
            while record < source.sizes[number] {
                try await source.before(number, record)
                let end = min(record + source.block, source.sizes[number])
                try await output.write(
                    RecordBatch(
                        records: (record..<end).map { JSONObject([("batch", .int(number)), ("record", .int($0))]) }),
                    checkpoint: source.resumesInside ? Checkpoint(["record": .int(end)]) : nil)
                record = end
            }
            try await output.close(batch)
        }
    }

    /// All records there are, in order of batches.
    var everything: [JSONObject] {
        sizes.enumerated().flatMap { batch, size in
            (0..<size).map { JSONObject([("batch", .int(batch)), ("record", .int($0))]) }
        }
    }
}

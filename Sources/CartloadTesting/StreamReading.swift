// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Synchronization

/// Reads a stream without an engine and keeps everything that came out, in order.
public struct StreamReading: Sendable {
    /// What the stream wrote.
    public let elements: [BatchOutput.Element]
    /// The batches that were read.
    public let batches: [BatchDescription]
    /// Where the reading began: the plan of a ``PlannedStream``, otherwise the given checkpoint.
    public let start: Checkpoint?

    /// Reads every batch since a checkpoint, one after the other.
    ///
    /// - Parameters:
    ///   - recordInterval: What the output asks for; see ``BatchOutput/recordInterval``.
    ///   - limit: The output throws `CancellationError` instead of taking more elements than this.
    public init(
        _ stream: any CartloadCore.Stream, since checkpoint: Checkpoint? = nil, blockSize: Int = 1 << 20,
        recordInterval: Int? = nil, limit: Int = .max
    ) async throws {
        let taken = Taken()
        let output = BatchOutput(blockSize: blockSize, recordInterval: recordInterval) { try taken.take($0, limit) }
        (start, batches) = try await StreamReading.offer(stream, since: checkpoint)
        for batch in batches { try await stream.read(batch, into: output) }
        elements = taken.all
    }

    /// Reads one batch.
    public init(
        _ batch: BatchDescription, of stream: any CartloadCore.Stream, blockSize: Int = 1 << 20,
        recordInterval: Int? = nil
    ) async throws {
        let taken = Taken()
        let output = BatchOutput(blockSize: blockSize, recordInterval: recordInterval) { try taken.take($0, .max) }
        try await stream.read(batch, into: output)
        (start, batches) = (nil, [batch])
        elements = taken.all
    }

    /// The batches that an engine would read, and the checkpoint that it would begin with.
    public static func offer(
        _ stream: any CartloadCore.Stream, since checkpoint: Checkpoint?
    ) async throws -> (start: Checkpoint?, batches: [BatchDescription]) {
        var start = checkpoint
        if let planned = stream as? any PlannedStream { start = try await planned.plan(since: checkpoint) }
        guard let lazy = stream as? any LazilyBatchedStream else {
            return (start, try await stream.batches(since: start))
        }
        let sequence = try await lazy.batchSequence(since: start)
        var batches: [BatchDescription] = []
        while let batch = try await sequence.next() { batches.append(batch) }
        return (start, batches)
    }

    /// All records, as JSON values.
    public func records() throws -> [JSONObject] { try StreamReading.records(elements[...]) }

    /// The records among these.
    public static func records(_ elements: ArraySlice<BatchOutput.Element>) throws -> [JSONObject] {
        try elements.flatMap { element -> [JSONObject] in
            guard case .records(let batch, _, _, _) = element else { return [] }
            return try batch.records().map(\.object)
        }
    }

    private final class Taken: Sendable {
        private let elements = Mutex<[BatchOutput.Element]>([])
        var all: [BatchOutput.Element] { elements.withLock { $0 } }

        func take(_ element: BatchOutput.Element, _ limit: Int) throws {
            try elements.withLock { elements in
                guard elements.count < limit else { throw CancellationError() }
                elements.append(element)
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Synchronization

/// Reads a stream without an engine and keeps everything that came out, in order.
public struct StreamReading: Sendable {
    /// What the stream wrote.
    public let elements: [BatchOutput.Element]

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
        for batch in try await stream.batches(since: checkpoint) { try await stream.read(batch, into: output) }
        elements = taken.all
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

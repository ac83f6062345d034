// SPDX-License-Identifier: Apache-2.0

/// Where a stream puts what it reads; every call waits while the stages behind are full.
public struct BatchOutput: Sendable {
    /// One thing read.
    public enum Element: Sendable {
        /// A block of records, how many input bytes it took, the checkpoint that is true once it is durable, if the
        /// source can resume after it, and what was wrong with records that are not in it.
        case records(RecordBatch, bytesRead: Int, checkpoint: Checkpoint?, diagnostics: Diagnostics)
        /// A block that has been processed and divided already: each of its batches goes on as it is.
        case divided(DividedBlock)
        /// The records since the last `closed` are one batch, complete when they are durable.
        case closed(BatchDescription, checkpoint: Checkpoint)

        /// Where the stream can be resumed once this is durable, if it can.
        public var checkpoint: Checkpoint? {
            switch self {
            case .records(_, _, let checkpoint, _): checkpoint
            case .divided(let block): block.checkpoint
            case .closed(_, let checkpoint): checkpoint
            }
        }
    }

    private let send: @Sendable (Element) async throws -> Void
    /// How many bytes a block of records should have, at most about; a single larger record is a block of its own.
    public let blockSize: Int
    /// When set: a block ends after every so many records of a batch too, with a checkpoint where the source can resume
    /// there, so that a destination's batches of that size end at checkpoints. Sources without checkpoints may ignore it.
    public let recordInterval: Int?

    public init(
        blockSize: Int, recordInterval: Int? = nil, send: @escaping @Sendable (Element) async throws -> Void
    ) {
        self.blockSize = blockSize
        self.recordInterval = recordInterval
        self.send = send
    }

    /// Passes on a block of records.
    ///
    /// - Parameters:
    ///   - bytesRead: Input bytes that it took, as stored; for progress.
    ///   - checkpoint: A checkpoint that holds once this block and all before it are durable; nil if the stream cannot
    ///     resume here.
    ///   - diagnostics: What the source already found wrong with records, which it left out of the block.
    /// - Throws: `CancellationError` when the run ends.
    public func write(
        _ batch: RecordBatch, bytesRead: Int = 0, checkpoint: Checkpoint? = nil,
        diagnostics: Diagnostics = Diagnostics()
    ) async throws {
        try await send(.records(batch, bytesRead: bytesRead, checkpoint: checkpoint, diagnostics: diagnostics))
    }

    /// Passes on a block that has been processed and divided already.
    public func write(_ block: DividedBlock) async throws { try await send(.divided(block)) }

    /// Says that a batch of a ``ComposableStream`` is complete; empty batches count too.
    public func close(_ batch: BatchDescription) async throws {
        try await send(.closed(batch, checkpoint: Checkpoint(.null)))
    }

    /// Says that everything written since the last close is a complete batch; empty batches count too.
    public func close(_ batch: BatchDescription, checkpoint: Checkpoint) async throws {
        try await send(.closed(batch, checkpoint: checkpoint))
    }
}

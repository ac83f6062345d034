// SPDX-License-Identifier: Apache-2.0

/// Where records come from.
///
/// Calls come in this order: ``streams()`` once, then the chosen streams' methods.
public protocol Source: Sendable {
    /// The streams that there are, with their schemas as far as they are known.
    func streams() async throws -> [any Stream]
}

/// One named sequence of records of a source.
///
/// ``batches(since:)`` is called once a run, then ``read(_:into:)`` for each batch, in order, at most
/// ``StreamDescription/concurrency`` at a time, each on a thread of its own: both may block. Cancellation reaches `read`
/// as a `CancellationError` thrown by the output.
public protocol Stream: Sendable {
    var description: StreamDescription { get }

    /// The batches still to be read, in order; by default the whole stream as one.
    ///
    /// - Parameter checkpoint: Where an earlier run got to, nil at first. Batches that it covers are left out.
    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription]

    /// Reads one batch, in blocks of about ``BatchOutput/blockSize`` bytes.
    ///
    /// The last thing it does is ``BatchOutput/close(_:checkpoint:)``; earlier calls of that close parts of the batch.
    ///
    /// - Parameter batch: One of ``batches(since:)``.
    func read(_ batch: BatchDescription, into output: BatchOutput) async throws
}

extension Stream {
    public func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] { [.whole] }
}

/// What is known of a stream before it is read.
public struct StreamDescription: Sendable, Hashable {
    public var name: String
    /// The schema, when the source knows it; otherwise each block brings its own.
    public var schema: Schema?
    /// The fields that identify a record; empty when there are none.
    public var keys: [String]
    /// How many batches may be read at the same time; their records are still delivered in order.
    public var concurrency: Int
    /// How many bytes there are to read, when that is cheap to know; for progress.
    public var byteCount: Int?
    /// Whether reading a batch divides it further, so that nobody knows beforehand how many there are.
    public var dividesBatches: Bool

    public init(
        _ name: String, schema: Schema? = nil, keys: [String] = [], concurrency: Int = 1, byteCount: Int? = nil,
        dividesBatches: Bool = false
    ) {
        self.name = name
        self.schema = schema
        self.keys = keys
        self.concurrency = concurrency
        self.byteCount = byteCount
        self.dividesBatches = dividesBatches
    }
}

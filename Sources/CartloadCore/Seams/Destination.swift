// SPDX-License-Identifier: Apache-2.0

/// Where batches go.
///
/// For each stream of a run: ``open(_:)`` once, then the writer's methods.
public protocol Destination: Sendable {
    /// Makes ready to write one stream, and says how far an earlier run got.
    func open(_ stream: DestinationStream) async throws -> any DestinationWriter
}

/// What a destination is told about a stream before the first batch.
public struct DestinationStream: Sendable {
    public var name: String
    /// The schema, when it is known beforehand; batches may bring wider ones.
    public var schema: Schema?
    /// The fields that identify a record; needed for upsert.
    public var keys: [String]
    /// The receipt of the last commit that the run resumes from; nil when it starts from the beginning.
    public var receipt: JSONValue?
    /// Names the run's checkpoints in a destination that stores them itself.
    public var checkpointID: String
    /// How large a batch may be; for destinations that keep batches apart.
    public var batchSize: BatchSize
    /// How it is loaded, where that is the stream's affair; nil leaves it to the destination's settings.
    public var load: LoadMethod?

    public init(
        _ name: String, schema: Schema? = nil, keys: [String] = [], receipt: JSONValue? = nil, checkpointID: String,
        batchSize: BatchSize = BatchSize(), load: LoadMethod? = nil
    ) {
        self.name = name
        self.schema = schema
        self.keys = keys
        self.receipt = receipt
        self.checkpointID = checkpointID
        self.batchSize = batchSize
        self.load = load
    }
}

/// Writes one stream to a destination.
///
/// The order of calls is `(prepare | write)* commit` any number of times, then ``close()``. ``prepare(_:_:)`` is called
/// for several batches at once on any thread and keeps nothing; ``write(_:)`` and ``commit(_:)`` come one at a time, in
/// stream order, on a thread of their own, and may block. After an error or cancellation only ``close()`` follows:
/// what was not committed must then leave no trace that a reader could take for data.
public protocol DestinationWriter: Sendable {
    /// Turns a batch into what `write` needs: conversion, encoding, compression. Runs on several cores.
    ///
    /// Records that the destination cannot take are rejected into `diagnostics` and left out.
    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch

    /// Adds a prepared batch to what the next commit makes durable.
    func write(_ batch: PreparedBatch) async throws

    /// Makes everything written so far durable, together with the checkpoint where the destination can hold it (I1, I3).
    ///
    /// - Returns: A receipt to resume from, kept with the checkpoint and given back in ``DestinationStream/receipt``.
    func commit(_ commit: Commit) async throws -> JSONValue

    /// Ends writing and gives back what is held; what was written after the last commit is undone.
    func close() async throws
}

extension DestinationWriter {
    public func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        PreparedBatch(batch, recordCount: batch.count ?? 0, byteCount: batch.byteCount)
    }

    public func close() async throws {}
}

/// A batch as a destination's writer wants it, between `prepare` and `write`.
public struct PreparedBatch: Sendable {
    /// What the writer made; only the writer that made it knows its type.
    public let payload: any Sendable
    public let recordCount: Int
    /// Bytes that will be written, for progress.
    public let byteCount: Int

    public init(_ payload: any Sendable, recordCount: Int, byteCount: Int) {
        self.payload = payload
        self.recordCount = recordCount
        self.byteCount = byteCount
    }
}

/// A moment at which everything written becomes durable, with what it means for the stream.
public struct Commit: Sendable, Hashable {
    /// Its place in the sequence of commits of a stream, from 1.
    public var sequence: Int
    /// Where the stream is once this commit is durable.
    public var checkpoint: Checkpoint
    /// The batch that ends here; nil for a commit in the middle of one.
    public var batch: BatchDescription?
    /// Whether the stream has been read to its end, so that nothing may stay unfinished.
    public var isLast: Bool

    public init(sequence: Int, checkpoint: Checkpoint, batch: BatchDescription? = nil, isLast: Bool = false) {
        self.sequence = sequence
        self.checkpoint = checkpoint
        self.batch = batch
        self.isLast = isLast
    }
}

/// A destination whose commits are transactions that hold the checkpoint too, so that it knows better than any other
/// store how far it got (I3).
public protocol TransactionalDestination: Destination {
    /// The last commit of a stream under its checkpoint's name, nil before the first; its `batch` and `isLast` need not be kept.
    func lastCommit(of stream: DestinationStream) async throws -> Commit?

    /// Forgets the checkpoint of that name and what is unfinished under it, for a fresh start or after a one-off copy is complete.
    func forgetCommits(of stream: DestinationStream) async throws
}

/// A writer whose batches become files.
public protocol FileProducing: DestinationWriter {
    /// How many files are complete.
    var filesWritten: Int { get }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A stream that can make batch files itself, as a database that unloads tables does.
///
/// A tap that sends batches asks for them and names them in its messages as they are. When a selection, a processor or
/// validation has to look into the records, the files are read and written anew instead, so that nothing leaves that was
/// not meant to (I4); what they replace is deleted.
public protocol BatchUnloading: Stream {
    /// Makes the files of one batch.
    ///
    /// - Parameters:
    ///   - batch: One of ``Stream/batches(since:)``.
    ///   - configuration: Where files go (``BatchConfiguration/newFile(_:)`` makes one), and the format and compression that the user asks for; others
    ///     may be used where the unloading program has no choice.
    ///   - send: Takes each file when it is whole; waits until its message has gone.
    func batches(
        of batch: BatchDescription, configuration: BatchConfiguration,
        send: UnloadedBatch.Sending
    ) async throws
}

/// Files that hold some records of a stream, and where the stream is after them.
public struct UnloadedBatch: Sendable, Hashable {
    /// Takes files that are whole. By this name it is the same in packages with other language settings than ours.
    public typealias Sending = @Sendable (UnloadedBatch) async throws -> Void

    public var files: BatchFiles
    /// How many records they hold, when that is known.
    public var recordCount: Int?
    /// Where the stream can be resumed once these files are in a message; nil for nowhere before the batch's end.
    public var checkpoint: Checkpoint?

    public init(_ files: BatchFiles, recordCount: Int? = nil, checkpoint: Checkpoint? = nil) {
        self.files = files
        self.recordCount = recordCount
        self.checkpoint = checkpoint
    }
}

// SPDX-License-Identifier: Apache-2.0

/// What has happened to the chunks and records of a pipeline so far.
///
/// `submitted = completed + waiting or running + dropped`, and `completed = available + delivered`; a record that failed is also completed.
public struct PipelineCounts: Sendable, Hashable {
    public var chunksSubmitted = 0
    public var chunksCompleted = 0
    /// Finished and not yet handed out.
    public var chunksAvailable = 0
    /// Completed chunks with at least one failed record.
    public var chunksFailed = 0
    public var chunksRetried = 0
    public var recordsSubmitted = 0
    public var recordsCompleted = 0
    public var recordsAvailable = 0
    public var recordsFailed = 0
    public var recordsRetried = 0
    /// Milliseconds of all records together.
    public var computeTime = 0.0
    /// Bytes of all chunks that were accepted.
    public var inputBytes = 0
    /// Bytes of all results.
    public var outputBytes = 0

    public init() {}
}

// SPDX-License-Identifier: Apache-2.0

/// Why a request to a pipeline is refused, and nothing is changed.
public enum PipelineRefusal: Error, Sendable, Hashable {
    /// There is no such pipeline, or it is somebody else's.
    case unknownPipeline
    case unknownService(String)
    /// It does not take chunks in this state.
    case notOpen(PipelineState)
    /// It cannot be changed in this state.
    case notChangeable(PipelineState)
    /// It was cancelled: there are no results.
    case cancelled
    /// The same id was used for other data.
    case duplicateChunk(String)
    /// The push is larger than the whole buffer.
    case tooLarge(bytes: Int, limit: Int)
    /// There is no room in the buffer now; worth another try after some time.
    case inputFull(tryAfter: Duration)
    case tooManyChunks(limit: Int)
    case tooManyPipelines(limit: Int)
    /// The lease is over, or never was; the chunks are handed out again.
    case unknownLease
    /// The chunk is lent now, and not under a lease that was named: somebody else may be at work on it.
    case chunkLent(String)
    /// The store cannot keep it; worth another try.
    case storeFailed(String)
    /// The server is about to end.
    case stopping
}

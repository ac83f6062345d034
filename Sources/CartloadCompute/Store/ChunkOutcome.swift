// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// How the run of a chunk went.
public struct ChunkOutcome: Sendable, Hashable {
    /// Records with an error in their slot.
    public var failedCount: Int
    /// Milliseconds of all records together.
    public var computeTime: Double
    /// How often the chunk was run again.
    public var retryCount: Int
    /// How many records were run again, each counted as often as it was.
    public var retriedRecordCount: Int
    public var outputBytes: Int
    /// JSON of the chunk's aggregations, to be merged with those of others; empty where there are none.
    public var aggregates: Bytes

    public init(
        failedCount: Int, computeTime: Double, retryCount: Int = 0, retriedRecordCount: Int = 0, outputBytes: Int,
        aggregates: Bytes = Bytes()
    ) {
        self.failedCount = failedCount
        self.computeTime = computeTime
        self.retryCount = retryCount
        self.retriedRecordCount = retriedRecordCount
        self.outputBytes = outputBytes
        self.aggregates = aggregates
    }
}

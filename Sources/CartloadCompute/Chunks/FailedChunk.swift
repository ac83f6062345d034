// SPDX-License-Identifier: Apache-2.0

/// A chunk with failed records, and some of these.
public struct FailedChunk: Sendable, Hashable {
    /// What the client calls it.
    public var id: String
    /// Its position in the pipeline, from 0.
    public var sequence: Int
    /// How many of its records failed.
    public var failedCount: Int
    /// Whether its result is still there; of one that was handed out only the count is known.
    public var isKept: Bool
    /// Of those that failed, the ones that are on this page.
    public var records: [FailedRecord]
}

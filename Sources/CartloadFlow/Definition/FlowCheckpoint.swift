// SPDX-License-Identifier: Apache-2.0

/// How often a run commits in the middle of a batch, where the source can resume there; the ends of batches always count.
public struct FlowCheckpoint: Sendable, Hashable {
    /// After this many records; nil for no such limit.
    public var records: Int?
    /// After this many seconds; nil for no such limit.
    public var seconds: Double?

    public init(records: Int? = 1_000_000, seconds: Double? = 10) {
        self.records = records
        self.seconds = seconds
    }
}

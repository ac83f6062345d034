// SPDX-License-Identifier: Apache-2.0

/// How a ``SegmentedPipelineStore`` keeps things, and its bounds (I7).
public struct SegmentedStoreOptions: Sendable, Hashable {
    /// What a commit survives.
    public enum Durability: String, Sendable, Hashable, CaseIterable {
        /// The end of the process and of the machine.
        case fsync
        /// The end of the process, by `kill -9` too; the end of the machine may take the last changes and their payloads.
        case async
    }

    public var durability: Durability
    /// Bytes of a segment, the file that payloads are written to; a larger payload gets a segment of its own.
    public var segmentBytes: Int
    /// How many segments without payloads are kept to be written again.
    public var keptSegments: Int
    /// Bytes that may wait to be made durable; what goes beyond is refused with `store.busy`.
    public var waitingBytes: Int
    /// Bytes that are made durable together; one commit may have more.
    public var groupBytes: Int
    /// Commits that are made durable together.
    public var groupCommits: Int
    /// How long a group may wait for those who were just answered to commit again; it is not waited for one alone.
    public var gatherTime: Duration
    /// Payloads of at least so many bytes are compressed where that makes them smaller; nil: none is.
    ///
    /// Compression costs the committing thread more than a local disk saves it; it pays where the disk takes less than some
    /// 100 MB/s, or is small.
    public var compressFrom: Int?

    /// - Precondition: Every bound is positive; `keptSegments` may be 0.
    public init(
        durability: Durability = .fsync, segmentBytes: Int = 64 << 20, keptSegments: Int = 4,
        waitingBytes: Int = 256 << 20, groupBytes: Int = 8 << 20, groupCommits: Int = 1024,
        gatherTime: Duration = .milliseconds(2), compressFrom: Int? = nil
    ) {
        precondition(segmentBytes > 0 && keptSegments >= 0 && waitingBytes > 0 && groupBytes > 0 && groupCommits > 0)
        self.durability = durability
        self.segmentBytes = segmentBytes
        self.keptSegments = keptSegments
        self.waitingBytes = waitingBytes
        self.groupBytes = groupBytes
        self.groupCommits = groupCommits
        self.gatherTime = gatherTime
        self.compressFrom = compressFrom
    }
}

// SPDX-License-Identifier: Apache-2.0

/// A chunk at one moment, for who looks at a pipeline.
public struct ChunkSnapshot: Sendable, Hashable {
    /// Where a chunk is on its way.
    public enum State: String, Sendable, Hashable, CaseIterable {
        case queued, running
        /// Finished, and not yet handed out.
        case available
        /// Handed out, and not yet acknowledged.
        case leased
        case delivered
        /// Its pipeline was cancelled.
        case dropped
    }

    /// Position in its pipeline, from 0; numbers of chunks that the store could not keep are missing.
    public var sequence: Int
    /// What the client calls it.
    public var id: String
    public var state: State
    public var recordCount: Int
    /// Records with an error; nil until it has run.
    public var failedCount: Int?
    /// Milliseconds of all records together; nil until it has run.
    public var computeTime: Double?
    /// How often it was run again.
    public var retryCount: Int
    public var inputBytes: Int
    /// Nil until it has run.
    public var outputBytes: Int?
}

extension ChunkSlot {
    /// Nil for one that never was.
    func snapshot(_ sequence: Int) -> ChunkSnapshot? {
        let state: ChunkSnapshot.State
        switch phase {
        case .accepting, .queued: state = .queued
        case .running, .storing: state = .running
        case .available: state = .available
        case .leased, .delivering: state = .leased
        case .delivered: state = .delivered
        case .dropped: state = .dropped
        case .void: return nil
        }
        let known = phase == .storing ? nil : outcome
        return ChunkSnapshot(
            sequence: sequence, id: id, state: state, recordCount: recordCount, failedCount: known?.failedCount,
            computeTime: known?.computeTime, retryCount: attempts + (known?.retryCount ?? 0), inputBytes: inputBytes,
            outputBytes: known?.outputBytes)
    }
}

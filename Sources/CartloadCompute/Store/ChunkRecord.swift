// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A chunk as it is stored, without its payloads.
public struct ChunkRecord: Sendable, Hashable {
    /// What has become of a chunk; only ever later ones follow.
    public enum State: Int, Sendable, Hashable, CaseIterable {
        /// Accepted and not run, or not run to its end; its input is kept.
        case queued = 0
        /// Run; its result is kept and its input released.
        case finished = 1
        /// Its result was handed out; nothing is kept but this record.
        case delivered = 2
        /// It was given up: its pipeline was cancelled.
        case dropped = 3
    }

    /// Position in its pipeline, from 0; a number is missing where the store could not take a chunk.
    public var sequence: Int
    /// What the client calls it, unique in its pipeline.
    public var id: String
    /// SHA-256 of its data, to tell a repeat from another chunk with the same id.
    public var digest: Bytes
    public var recordCount: Int
    public var inputBytes: Int
    public var state: State
    /// How the run went; nil until then.
    public var outcome: ChunkOutcome?

    public init(
        sequence: Int, id: String, digest: Bytes, recordCount: Int, inputBytes: Int, state: State = .queued,
        outcome: ChunkOutcome? = nil
    ) {
        self.sequence = sequence
        self.id = id
        self.digest = digest
        self.recordCount = recordCount
        self.inputBytes = inputBytes
        self.state = state
        self.outcome = outcome
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// One step of what a store keeps.
public enum StoreChange: Sendable {
    /// A pipeline is new, or is now so.
    case pipeline(PipelineRecord)
    /// A chunk is new, with its input.
    case accepted(pipeline: String, ChunkRecord, input: Bytes)
    /// A chunk has run; its input is not needed any more. Of a chunk that is not queued, nothing changes.
    case finished(pipeline: String, sequence: Int, ChunkOutcome, output: Bytes)
    /// Chunks are delivered or dropped; none of their payloads is needed any more.
    case released(pipeline: String, sequences: [Int], ChunkRecord.State)
    /// The pipeline is forgotten, with its chunks and their payloads.
    case removed(pipeline: String)
}

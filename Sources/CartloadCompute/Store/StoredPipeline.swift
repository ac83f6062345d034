// SPDX-License-Identifier: Apache-2.0

/// A pipeline with its chunks, as a store gives it back after a restart.
public struct StoredPipeline: Sendable, Hashable {
    public var pipeline: PipelineRecord
    /// In order of sequence.
    public var chunks: [ChunkRecord]

    public init(pipeline: PipelineRecord, chunks: [ChunkRecord]) {
        self.pipeline = pipeline
        self.chunks = chunks
    }
}

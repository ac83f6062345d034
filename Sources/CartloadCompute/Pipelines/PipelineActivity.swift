// SPDX-License-Identifier: Apache-2.0

/// What a pipeline does now; the `pipeline_status` of the Batches API, whose vendor shows only `idle` and `closed`.
public enum PipelineActivity: String, Sendable, Hashable {
    /// Chunks are queued or run.
    case active
    /// Chunks are queued, and wait until results are pulled.
    case paused
    case idle
    case closed
}

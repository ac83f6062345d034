// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The result of a chunk: its text as it is pulled, and what is counted.
struct ChunkResult: Sendable {
    /// `{"id", "summary_output", "outputs", "warnings", "errors", "process_time"}`.
    var text: Bytes
    var outcome: ChunkOutcome
    var aggregates: Aggregates
}

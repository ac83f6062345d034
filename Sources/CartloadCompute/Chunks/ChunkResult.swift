// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The result of a chunk: its text as it is pulled, and what is counted.
public struct ChunkResult: Sendable {
    /// `{"id", "summary_output", "outputs", "warnings", "errors", "process_time"}`.
    public var text: Bytes
    public var outcome: ChunkOutcome
    public var aggregates: Aggregates
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A pipeline at one moment, for answers.
public struct PipelineSnapshot: Sendable, Hashable {
    public var definition: PipelineDefinition
    public var state: PipelineState
    public var activity: PipelineActivity
    public var counts: PipelineCounts
    public var inputUsed: Int
    public var outputUsed: Int
    public var workersInUse: Int
    /// The aggregations over all chunks so far, `[["total"],[130]]`.
    public var aggregates: JSONValue
    /// How many records it finishes lately, by the engine's clock.
    public var rate: RecordRate
    public var updatedAt: Instant
    public var endedAt: Instant?
}

extension PipelineMachine {
    var snapshot: PipelineSnapshot {
        PipelineSnapshot(
            definition: definition, state: state, activity: activity, counts: counts, inputUsed: inputUsed,
            outputUsed: outputUsed, workersInUse: running, aggregates: aggregates.table, rate: rate,
            updatedAt: updatedAt,
            endedAt: endedAt)
    }
}

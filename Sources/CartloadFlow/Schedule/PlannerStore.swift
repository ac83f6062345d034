// SPDX-License-Identifier: Apache-2.0

/// Where a planner keeps what it remembers of its jobs.
///
/// What was saved is durable when `save` returns, so that a scheduled time is never run twice, also after `kill -9`.
/// Calls may block.
public protocol PlannerStore: Sendable {
    /// What was saved last for each of some jobs, by name; nothing for a job that is new.
    func load(_ names: [String]) throws -> [String: PlannerRecord]

    /// Replaces what is remembered of some jobs, all or none of it.
    func save(_ records: [String: PlannerRecord]) throws
}

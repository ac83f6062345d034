// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What a planner remembers of a job across restarts.
public struct PlannerRecord: Sendable, Hashable {
    /// Every time of the schedule up to this one has been run or left out on purpose.
    public var settled: Instant
    /// The times of the schedule that `settled` is about, as text; other times begin anew.
    public var times: String
    /// The time that the last scheduled run was meant for; nil before the first.
    public var lastScheduled: Instant?
    /// The runs that have begun, for whatever reason.
    public var runCount: Int

    public init(settled: Instant, times: String, lastScheduled: Instant? = nil, runCount: Int = 0) {
        self.settled = settled
        self.times = times
        self.lastScheduled = lastScheduled
        self.runCount = runCount
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Why a run of a job begins now, and which one it is.
public struct Occasion: Sendable, Hashable {
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The first run, right at the start.
        case immediate
        /// A time of the schedule has come.
        case scheduled
        /// A time of the schedule had passed unused: nothing ran, the job was paused, or the clock was set.
        case caughtUp = "caught-up"
        /// Somebody asked for it.
        case triggered
        /// The time that the job itself named has come.
        case wake
        /// The only run of a planner that runs everything once.
        case once
    }

    public var reason: Reason
    /// The time it was meant for, which a late run keeps.
    public var scheduledAt: Instant
    /// Counts the runs of the job from 0, also across restarts; a failed run has used its number.
    public var number: Int

    public init(_ reason: Reason, scheduledAt: Instant, number: Int) {
        self.reason = reason
        self.scheduledAt = scheduledAt
        self.number = number
    }
}

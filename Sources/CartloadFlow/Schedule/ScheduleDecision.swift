// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What a schedule says has to happen now.
public enum ScheduleDecision: Sendable, Hashable {
    /// Why a run that was due is left out.
    public enum SkipReason: String, Sendable, Hashable {
        /// Others of the job are going on or waiting.
        case overlap
        /// The planner stops, or the job is taken out.
        case stopping
    }

    case start(Occasion)
    /// A run that was due on time, or asked for, is left out.
    case skip(Occasion.Reason, scheduledAt: Instant, SkipReason)
    /// Times that passed unused are left out.
    case miss(MissedTimes)
}

/// Times of a schedule that passed unused and get no run.
public struct MissedTimes: Sendable, Hashable {
    public var count: Int
    /// False when there were more than are counted one by one.
    public var isExact: Bool
    public var first: Instant
    public var last: Instant

    public init(count: Int, isExact: Bool = true, first: Instant, last: Instant) {
        self.count = count
        self.isExact = isExact
        self.first = first
        self.last = last
    }
}

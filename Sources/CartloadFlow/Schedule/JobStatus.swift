// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What a job of a planner is doing and has done, for a live view.
public struct JobStatus: Sendable, Hashable {
    public enum State: String, Sendable, Hashable {
        case waiting, running, paused
        /// A run failed, and the schedule says that none follows.
        case ended
        case stopping, stopped
    }

    public var name: String
    /// The schedule's times as text.
    public var times: String
    public var state: State
    /// Runs that go on, and runs that wait for their turn or their jitter.
    public var runningCount = 0
    public var waitingCount = 0
    /// The time that the last scheduled run was meant for, also of an earlier process.
    public var lastScheduled: Instant?
    public var nextScheduled: Instant?
    public var lastStarted: Instant?
    public var lastFinished: Instant?
    /// Runs that have begun, also in earlier processes.
    public var runCount = 0
    /// Since the planner started.
    public var failureCount = 0
    public var skippedCount = 0
    public var missedCount = 0
    /// What went wrong last, at most ``maximumErrorBytes`` long.
    public var lastError: String?

    /// Longer error texts are cut off (I7).
    public static let maximumErrorBytes = 2000

    init(name: String, times: String, state: State = .waiting) {
        self.name = name
        self.times = times
        self.state = state
    }

    mutating func note(_ error: CartloadError) {
        let text = error.description
        lastError =
            text.utf8.count <= JobStatus.maximumErrorBytes
            ? text : String(decoding: text.utf8.prefix(JobStatus.maximumErrorBytes), as: UTF8.self) + "…"
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// When a job runs, and what happens when it cannot run then.
public struct Schedule: Sendable, Hashable {
    /// When runs are due.
    public enum Times: Sendable, Hashable {
        /// Each time is the one before plus this, whatever runs take, on a clock that nobody sets.
        case interval(Duration)
        /// On the clock on the wall of a zone.
        case cron(CronExpression, TimeZoneRules)
        /// Only when somebody asks.
        case manual
    }

    /// What happens when a run is due while one is going on.
    public enum Overlap: Sendable, Hashable {
        /// It is left out, and counted.
        case skip
        /// One waits for its turn; more are left out, and counted.
        case queueOne
        /// So many run at once; more are left out, and counted.
        case allow(Int)
    }

    /// What happens to times that passed unused: nothing ran, the job was paused, or the clock was set.
    public enum Missed: Sendable, Hashable {
        /// One run stands for all of them.
        case runOnce
        /// They are left out, and counted.
        case skip
        /// Each of the last so many is run, one after another; older ones are left out, and counted.
        case runAll(Int)
    }

    /// What a failed run means for those to come.
    public enum FailurePolicy: String, Sendable, Hashable, CaseIterable {
        /// The next run tries again.
        case goOn = "continue"
        /// The job has no more runs; others go on.
        case endJob = "end-job"
        /// The planner stops.
        case stop
    }

    /// What it says, shared by everybody who holds it: with thousands of jobs, copies would be most of their memory.
    private final class Content: Sendable, Hashable {
        struct Values: Sendable, Hashable {
            var times: Times
            var isImmediate: Bool
            var overlap: Overlap
            var missed: Missed
            var jitter: Duration
            var timeout: Duration?
            var onFailure: FailurePolicy
        }

        let values: Values
        let timesText: String

        init(_ values: Values) {
            self.values = values
            timesText = values.times.description
        }

        static func == (left: Content, right: Content) -> Bool { left === right || left.values == right.values }
        func hash(into hasher: inout Hasher) { hasher.combine(values) }
    }

    private let content: Content

    public var times: Times { content.values.times }
    /// Whether the first run begins at the start, before any time of the schedule.
    public var isImmediate: Bool { content.values.isImmediate }
    public var overlap: Overlap { content.values.overlap }
    public var missed: Missed { content.values.missed }
    /// Starts are delayed by a random part of this, so that many jobs do not begin at once; the times stay where they are.
    public var jitter: Duration { content.values.jitter }
    /// A run that takes longer is cancelled, and has failed.
    public var timeout: Duration? { content.values.timeout }
    public var onFailure: FailurePolicy { content.values.onFailure }
    /// The times as text, made once.
    var timesText: String { content.timesText }

    /// The bounds of what a schedule may say (I7).
    public enum Limits {
        public static let interval: ClosedRange<Duration> = .milliseconds(1) ... .seconds(10 * 366 * 86_400)
        public static let runsAtOnce = 1...64
        public static let caughtUpRuns = 1...1000
        public static let jitter: ClosedRange<Duration> = .zero ... .seconds(86_400)
        public static let timeout: ClosedRange<Duration> = .milliseconds(1) ... .seconds(366 * 86_400)
    }

    /// - Throws: `CartloadError` with code `flow.schedule` for anything outside ``Limits``, and for a jitter that is not
    ///   shorter than the interval.
    public init(
        _ times: Times, isImmediate: Bool = false, overlap: Overlap = .skip, missed: Missed = .runOnce,
        jitter: Duration = .zero, timeout: Duration? = nil, onFailure: FailurePolicy = .goOn
    ) throws {
        content = Content(
            Content.Values(
                times: times, isImmediate: isImmediate, overlap: overlap, missed: missed, jitter: jitter,
                timeout: timeout, onFailure: onFailure))
        if case .interval(let interval) = times {
            try Schedule.check("interval", interval, Limits.interval)
            guard jitter < interval else {
                throw CartloadError(
                    .schedule, "a jitter of \(jitter) is not shorter than the interval, which is \(interval)",
                    at: Location(field: "jitter"), advice: "Runs would overtake each other; make it shorter.")
            }
        }
        try Schedule.check("jitter", jitter, Limits.jitter)
        if let timeout { try Schedule.check("timeout", timeout, Limits.timeout) }
        if case .allow(let count) = overlap { try Schedule.check("overlap", count, Limits.runsAtOnce) }
        if case .runAll(let count) = missed { try Schedule.check("missed", count, Limits.caughtUpRuns) }
    }

    private static func check<Value: Comparable>(_ field: String, _ value: Value, _ range: ClosedRange<Value>) throws {
        guard range.contains(value) else {
            throw CartloadError(
                .schedule, "\(value) is not between \(range.lowerBound) and \(range.upperBound)",
                at: Location(field: field), advice: "Choose a value in that range.")
        }
    }

    /// How many runs may go on at once.
    var runsAtOnce: Int { if case .allow(let count) = overlap { count } else { 1 } }
}

extension Schedule.Times: CustomStringConvertible {
    /// `every 60.0 seconds`, `30 4 * * mon-fri Europe/Berlin` or `manual`; equal texts mean equal times.
    public var description: String {
        switch self {
        case .interval(let interval): "every \(interval)"
        case .cron(let expression, let zone): "\(expression) \(zone.name)"
        case .manual: "manual"
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What a schedule does, as a machine without clock or tasks: readings of the clock and ends of runs in, decisions out.
///
/// Every time of the schedule gets exactly one decision: a start, a skip, or a place among the missed. Times are read off
/// the grid in the order that they have, so that runs begin in that order, too; jitter delays starts and leaves the grid
/// alone.
public struct ScheduleState: Sendable {
    /// A time that was noticed so late has not passed unused; long enough for a busy machine, too short to matter.
    static let grace: Duration = .seconds(10)
    /// Delayed starts that are kept; a jitter much longer than the time between runs needs no more (I7).
    static let maximumDelayed = 64

    /// A run that is decided on, and has not begun.
    private struct Planned {
        var reason: Occasion.Reason
        var scheduledAt: Instant
        /// For a time of the grid: the one before it, which everything is settled up to while this waits.
        var after: Instant?
    }

    private struct Delayed {
        var startsAt: Duration
        var runs: [Planned]
    }

    public let schedule: Schedule
    private var grid: ScheduleGrid
    private var delayed: [Delayed] = []
    private var waiting: [Planned] = []
    /// The last time of the grid that was read off it.
    private var handled: Instant
    private var wake: Duration?

    /// What has to be remembered across restarts.
    public private(set) var record: PlannerRecord
    public private(set) var runningCount = 0
    public private(set) var isPaused = false
    /// Whether nothing will start any more.
    public private(set) var isEnded = false

    /// - Parameter record: What an earlier state of the job left, also one with another schedule.
    public init(_ schedule: Schedule, record: PlannerRecord? = nil, at now: Moment) {
        self.schedule = schedule
        var kept = PlannerRecord(settled: now.wall, times: schedule.timesText)
        if let record {
            kept.runCount = record.runCount
            kept.lastScheduled = record.lastScheduled
            // The grid of other times says nothing about these.
            if record.times == kept.times { kept.settled = record.settled }
        }
        grid = ScheduleGrid(schedule, after: kept.settled, at: now)
        self.record = kept
        handled = kept.settled
    }

    /// How many runs are decided on and have not begun.
    public var waitingCount: Int { waiting.count + delayed.reduce(0) { $0 + $1.runs.count } }

    /// The time that the schedule comes to next, without jitter.
    public func nextScheduled(at now: Moment) -> Instant? { isEnded ? nil : grid.next(at: now) }

    /// Whether wakes depend on the wall clock.
    var followsWall: Bool { grid.followsWall }

    /// When ``advance(to:draw:)`` has something to do again if nothing else happens; nil for never.
    public func nextWake(at now: Moment) -> Duration? {
        guard !isPaused, !isEnded else { return nil }
        let times = [grid.nextWake(at: now), delayed.first?.startsAt, runningCount == 0 ? wake : nil]
        return times.compactMap { $0 }.min()
    }

    // MARK: What happens

    /// The start of everything: the immediate run, if there is one, and what passed unused before.
    public mutating func begin(at now: Moment, draw: () -> Double) -> [ScheduleDecision] {
        guard schedule.isImmediate else { return advance(to: now, draw: draw) }
        var decisions: [ScheduleDecision] = []
        let before = handled
        let passed = read(now)
        if case .runAll = schedule.missed, passed.count > 0 {
            plan(passed, after: before, now, draw, &decisions)
        } else {
            // The immediate run stands for whatever was missed.
            if let missed = passed.missed(keeping: 0) { decisions.append(.miss(missed)) }
            start(Planned(reason: .immediate, scheduledAt: now.wall), &decisions)
        }
        settle()
        return decisions
    }

    /// Time has gone on.
    ///
    /// - Parameter draw: A random number from 0 to 1, for the jitter.
    public mutating func advance(to now: Moment, draw: () -> Double) -> [ScheduleDecision] {
        guard !isPaused, !isEnded else { return [] }
        var decisions: [ScheduleDecision] = []
        let before = handled
        plan(read(now), after: before, now, draw, &decisions)
        while let first = delayed.first, first.startsAt <= now.monotonic {
            delayed.removeFirst()
            admit(first.runs, &decisions)
        }
        if let wake, wake <= now.monotonic, runningCount == 0, waiting.isEmpty {
            start(Planned(reason: .wake, scheduledAt: now.wall(at: wake)), &decisions)
        }
        settle()
        return decisions
    }

    /// A run is over.
    public mutating func finish() -> [ScheduleDecision] {
        var decisions: [ScheduleDecision] = []
        runningCount -= 1
        startWaiting(&decisions)
        settle()
        return decisions
    }

    /// From now on nothing starts but what is asked for; times that pass count as missed.
    public mutating func pause() { isPaused = true }

    public mutating func resume(at now: Moment, draw: () -> Double) -> [ScheduleDecision] {
        guard isPaused else { return [] }
        isPaused = false
        var decisions: [ScheduleDecision] = []
        startWaiting(&decisions)
        return decisions + advance(to: now, draw: draw)
    }

    /// Somebody asks for a run now; the rule for overlaps holds for it, and a pause does not.
    public mutating func trigger(at now: Moment) -> [ScheduleDecision] {
        guard !isEnded else { return [] }
        var decisions: [ScheduleDecision] = []
        let run = Planned(reason: .triggered, scheduledAt: now.wall)
        if isPaused, runningCount < schedule.runsAtOnce {
            start(run, &decisions)
        } else {
            admit([run], &decisions)
        }
        return decisions
    }

    /// The job says when it wants a run by itself; a time that comes while a run goes on is not kept, as the job is asked
    /// again after it.
    public mutating func setWake(_ time: Duration?) { wake = time }

    /// Nothing starts any more; what was decided on and has not begun is left to the next start.
    public mutating func end() -> [ScheduleDecision] {
        isEnded = true
        defer {
            delayed = []
            waiting = []
        }
        return (waiting + delayed.flatMap(\.runs)).map { .skip($0.reason, scheduledAt: $0.scheduledAt, .stopping) }
    }

    /// Begins a run that no schedule has asked for.
    public mutating func startOnce(at now: Moment) -> Occasion {
        defer { record.runCount += 1 }
        runningCount += 1
        return Occasion(.once, scheduledAt: now.wall, number: record.runCount)
    }

    // MARK: Decisions

    /// The times that have passed, which leave the grid.
    private mutating func read(_ now: Moment) -> PassedTimes {
        let most = if case .runAll(let count) = schedule.missed { count } else { 0 }
        // One may be on time, and one tells where what is left out ends.
        let passed = grid.pass(now, keeping: most + 2)
        if let last = passed.latest.last { handled = last }
        return passed
    }

    private mutating func plan(
        _ passed: PassedTimes, after before: Instant, _ now: Moment, _ draw: () -> Double,
        _ decisions: inout [ScheduleDecision]
    ) {
        guard passed.count > 0 else { return }
        let isOnTime = passed.lateness <= ScheduleState.grace
        let kept =
            switch schedule.missed {
            case .skip: isOnTime ? 1 : 0
            case .runOnce: 1
            case .runAll(let count): min(passed.count, count + (isOnTime ? 1 : 0))
            }
        if let missed = passed.missed(keeping: kept) { decisions.append(.miss(missed)) }
        guard kept > 0 else { return }
        var before = passed.missed(keeping: kept)?.last ?? before
        var runs: [Planned] = []
        for time in passed.latest.suffix(kept) {
            runs.append(Planned(reason: .caughtUp, scheduledAt: time, after: before))
            before = time
        }
        if isOnTime { runs[kept - 1].reason = .scheduled }
        guard schedule.jitter > .zero else { return admit(runs, &decisions) }
        guard delayed.count < ScheduleState.maximumDelayed else {
            for run in runs { decisions.append(.skip(run.reason, scheduledAt: run.scheduledAt, .overlap)) }
            return
        }
        let from = isOnTime ? now.monotonic - passed.lateness : now.monotonic
        let startsAt = from + schedule.jitter * min(max(draw(), 0), 1)
        delayed.append(Delayed(startsAt: max(startsAt, delayed.last?.startsAt ?? startsAt), runs: runs))
    }

    /// Starts runs that are due, in turn if they are several, unless others are in the way.
    private mutating func admit(_ runs: [Planned], _ decisions: inout [ScheduleDecision]) {
        if waiting.isEmpty, runningCount < schedule.runsAtOnce {
            waiting = runs
            return startWaiting(&decisions)
        }
        for run in runs {
            if schedule.overlap == .queueOne, waiting.isEmpty {
                waiting.append(run)
            } else {
                decisions.append(.skip(run.reason, scheduledAt: run.scheduledAt, .overlap))
            }
        }
    }

    private mutating func startWaiting(_ decisions: inout [ScheduleDecision]) {
        while runningCount < schedule.runsAtOnce, let first = waiting.first, !isPaused || first.reason == .triggered {
            waiting.removeFirst()
            start(first, &decisions)
        }
    }

    private mutating func start(_ run: Planned, _ decisions: inout [ScheduleDecision]) {
        decisions.append(.start(Occasion(run.reason, scheduledAt: run.scheduledAt, number: record.runCount)))
        runningCount += 1
        record.runCount += 1
        wake = nil
        if run.after != nil || run.reason == .immediate { record.lastScheduled = run.scheduledAt }
    }

    /// Remembers how far the grid is dealt with: all of it, or up to the first that waits.
    private mutating func settle() {
        guard !isEnded else { return }
        record.settled = waiting.lazy.compactMap(\.after).first ?? delayed.first?.runs.first?.after ?? handled
    }
}

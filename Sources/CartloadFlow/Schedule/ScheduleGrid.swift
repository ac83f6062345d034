// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Where a schedule is among its times.
struct ScheduleGrid: Sendable {
    /// Times that are counted one by one when many have passed; more take too long (I7).
    static let maximumCounted = 100_000

    private let schedule: Schedule
    /// The next time of an interval, on the clock that nobody sets.
    private var monotonic: Duration?
    /// The next time of a cron expression. It is kept while the wall clock is put back, so that none comes twice.
    private var wall: Instant?

    /// - Parameter settled: What is dealt with already; an interval counts from there.
    init(_ schedule: Schedule, after settled: Instant, at now: Moment) {
        self.schedule = schedule
        switch schedule.times {
        case .manual: break
        case .cron(let expression, let zone): wall = expression.next(after: settled, in: zone)
        case .interval(let interval):
            // A time to come is of a clock that was wrong then or is wrong now: count from now.
            monotonic = min(now.monotonic(at: settled), now.monotonic) + interval
        }
    }

    func next(at now: Moment) -> Instant? { wall ?? monotonic.map { now.wall(at: $0) } }

    func nextWake(at now: Moment) -> Duration? { monotonic ?? wall.map { now.monotonic(at: $0) } }

    /// Whether wakes depend on the wall clock.
    var followsWall: Bool { if case .cron = schedule.times { true } else { false } }

    /// Goes on to the first time after a moment.
    ///
    /// - Returns: The times on the way, the last `kept` of them one by one.
    mutating func pass(_ now: Moment, keeping kept: Int) -> PassedTimes {
        switch schedule.times {
        case .manual: PassedTimes()
        case .interval(let interval): passInterval(interval, now, kept)
        case .cron(let expression, let zone): passCron(expression, zone, now, kept)
        }
    }

    private mutating func passInterval(_ interval: Duration, _ now: Moment, _ kept: Int) -> PassedTimes {
        guard let next = monotonic, next <= now.monotonic else { return PassedTimes() }
        let steps = (now.monotonic - next).attoseconds / interval.attoseconds
        let last = next + Duration(attoseconds: steps * interval.attoseconds)
        monotonic = last + interval
        let count = Int(clamping: steps + 1)
        return PassedTimes(
            count: count, first: now.wall(at: next),
            latest: (0..<min(count, kept)).reversed().map { now.wall(at: last - interval * $0) },
            lateness: now.monotonic - last)
    }

    private mutating func passCron(
        _ expression: CronExpression, _ zone: TimeZoneRules, _ now: Moment, _ kept: Int
    ) -> PassedTimes {
        guard let first = wall, first <= now.wall else { return PassedTimes() }
        var passed = PassedTimes(first: first)
        var times: [Instant] = []
        var next: Instant? = first
        while let time = next, time <= now.wall, passed.count < ScheduleGrid.maximumCounted {
            passed.count += 1
            times.append(time)
            if times.count >= 2 * kept { times.removeFirst(times.count - kept) }
            next = expression.next(after: time, in: zone)
        }
        if let time = next, time <= now.wall {
            passed.isExact = false
            times = latest(expression, zone, now.wall, kept)
            next = expression.next(after: now.wall, in: zone)
        }
        wall = next
        passed.latest = times.suffix(kept)
        passed.lateness = .microseconds(now.wall.microseconds - (passed.latest.last ?? now.wall).microseconds)
        return passed
    }

    /// The last times up to one, found by looking back further and further.
    private func latest(
        _ expression: CronExpression, _ zone: TimeZoneRules, _ end: Instant, _ kept: Int
    ) -> [Instant] {
        var seconds: Int64 = 1
        while true {
            var times: [Instant] = []
            var time = expression.next(after: end - .seconds(seconds), in: zone)
            while let found = time, found <= end {
                times.append(found)
                time = expression.next(after: found, in: zone)
            }
            // More than is kept have passed, so this ends; each look finds at most twice what the next one needs.
            if times.count >= kept { return times.suffix(kept) }
            seconds *= 2
        }
    }
}

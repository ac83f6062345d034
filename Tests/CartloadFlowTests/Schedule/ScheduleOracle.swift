// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow

/// What a schedule has to do, worked out with plain lists: every time of it is written down beforehand.
struct ScheduleOracle {
    typealias Run = (reason: String, time: Instant)

    let schedule: Schedule
    /// All cron times of the simulation; nil for an interval.
    let times: [Instant]?
    let draw: Double
    var log: [String] = []
    /// Every time of the schedule that came.
    var dueCount = 0
    var runningCount = 0
    var isPaused = false

    private var position = 0
    private var nextInterval: Duration = .zero
    private var read: [Instant] = []
    private var delayed: [(at: Duration, runs: [Run])] = []
    private var waiting: [Run] = []

    init(_ schedule: Schedule, times: [Instant]?, draw: Double, at now: Moment) {
        self.schedule = schedule
        self.times = times
        self.draw = draw
        read = [now.wall]
        restart(now)
    }

    private var interval: Duration { if case .interval(let interval) = schedule.times { interval } else { .zero } }

    /// A new process: what waited is forgotten, and the times from the first of it on come again.
    mutating func restart(_ now: Moment) {
        let open = (waiting + delayed.flatMap(\.runs)).filter { isOfGrid($0) }.map(\.time).first
        if let open { while let last = read.last, last >= open { read.removeLast() } }
        let settled = read.last ?? now.wall
        read = [settled]
        runningCount = 0
        isPaused = false
        waiting = []
        delayed = []
        if let times {
            position = times.firstIndex { $0 > settled } ?? times.count
        } else {
            nextInterval =
                min(now.monotonic + .microseconds(settled.microseconds - now.wall.microseconds), now.monotonic)
                + interval
        }
        guard schedule.isImmediate else { return advance(now) }
        if case .runAll = schedule.missed, isAnyDue(now) { return advance(now) }
        let (passed, _) = take(now)
        if !passed.isEmpty { miss(passed, now) }
        start(("immediate", now.wall), now)
    }

    private func isOfGrid(_ run: Run) -> Bool { run.reason == "scheduled" || run.reason == "caught-up" }

    private func isAnyDue(_ now: Moment) -> Bool {
        times.map { position < $0.count && $0[position] <= now.wall } ?? (nextInterval <= now.monotonic)
    }

    private mutating func take(_ now: Moment) -> (times: [Instant], lateness: Duration) {
        var taken: [Instant] = []
        var lateness: Duration = .zero
        while isAnyDue(now) {
            if let times {
                taken.append(times[position])
                lateness = .microseconds(now.wall.microseconds - times[position].microseconds)
                position += 1
            } else {
                lateness = now.monotonic - nextInterval
                taken.append(now.wall - lateness)
                nextInterval += interval
            }
        }
        dueCount += taken.count
        read += taken
        if read.count > 2000 { read.removeFirst(1000) }
        return (taken, lateness)
    }

    mutating func advance(_ now: Moment) {
        guard !isPaused else { return }
        var (passed, lateness) = take(now)
        if !passed.isEmpty {
            var runs: [Run] = []
            let isOnTime = lateness <= .seconds(10)
            if isOnTime { runs = [("scheduled", passed.removeLast())] }
            switch schedule.missed {
            case .skip: break
            case .runOnce: if !isOnTime { runs = [("caught-up", passed.removeLast())] }
            case .runAll(let count):
                let kept = passed.suffix(count)
                passed.removeLast(kept.count)
                runs = kept.map { ("caught-up", $0) } + runs
            }
            if !passed.isEmpty { miss(passed, now) }
            if schedule.jitter == .zero {
                admit(runs, now)
            } else if !runs.isEmpty {
                if delayed.count == 64 {
                    for run in runs { skip(run, now) }
                } else {
                    let at = (isOnTime ? now.monotonic - lateness : now.monotonic) + schedule.jitter * draw
                    delayed.append((max(at, delayed.last?.at ?? at), runs))
                }
            }
        }
        while let first = delayed.first, first.at <= now.monotonic {
            delayed.removeFirst()
            admit(first.runs, now)
        }
    }

    mutating func finish(_ now: Moment) {
        runningCount -= 1
        startWaiting(now)
    }

    mutating func trigger(_ now: Moment) {
        if isPaused, runningCount < limit {
            start(("triggered", now.wall), now)
        } else {
            admit([("triggered", now.wall)], now)
        }
    }

    mutating func resume(_ now: Moment) {
        isPaused = false
        startWaiting(now)
        advance(now)
    }

    private var limit: Int { if case .allow(let count) = schedule.overlap { count } else { 1 } }

    private mutating func admit(_ runs: [Run], _ now: Moment) {
        let isFree = waiting.isEmpty && runningCount < limit
        for run in runs {
            if isFree || (schedule.overlap == .queueOne && waiting.isEmpty) {
                waiting.append(run)
            } else {
                skip(run, now)
            }
        }
        if isFree { startWaiting(now) }
    }

    private mutating func startWaiting(_ now: Moment) {
        while runningCount < limit, let run = waiting.first, !isPaused || run.reason == "triggered" {
            waiting.removeFirst()
            start(run, now)
        }
    }

    private mutating func start(_ run: Run, _ now: Moment) {
        runningCount += 1
        log.append("\(now.monotonic) start \(run.reason) \(run.time)")
    }

    private mutating func skip(_ run: Run, _ now: Moment) {
        log.append("\(now.monotonic) skip \(run.reason) \(run.time)")
    }

    private mutating func miss(_ times: [Instant], _ now: Moment) {
        log.append("\(now.monotonic) miss \(times.count) \(times[0]) \(times[times.count - 1])")
    }
}

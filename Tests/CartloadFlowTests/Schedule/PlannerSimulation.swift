// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting

@testable import CartloadFlow

/// Years of a planner's life with everything that can go wrong, beside an oracle for each of its jobs.
struct PlannerSimulation {
    struct Counts {
        var starts = 0
        var skips = 0
        var missed = 0
        var restarts = 0
        var wallSets = 0
    }

    private enum Incident: CaseIterable { case restart, wall, pause, trigger, hiccup }

    let names: [String]
    private(set) var oracles: [ScheduleOracle] = []
    private(set) var logs: [[String]] = []
    private(set) var counts = Counts()
    /// Times of cron schedules that began twice.
    private(set) var repeats: [String] = []

    private var random: SeededGenerator
    private let draw: Double
    private let schedules: [Schedule]
    private var agenda = PlannerAgenda()
    private var now: Moment
    private var runEnds: [(at: Duration, job: Int)] = []
    private var begun: [Set<Instant>]

    init(seed: UInt64, jobs: Int, years: Int) throws {
        var random = SeededGenerator(seed: seed)
        let zones = try ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"].map {
            try TimeZoneRules($0)
        }
        let start = Instant(seconds: Int64.random(in: 1_600_000_000...1_900_000_000, using: &random))
        let end = start + .seconds((years + 2) * 366 * 86_400)
        now = Moment(monotonic: .seconds(Int64.random(in: 0...1_000_000, using: &random)), wall: start)
        draw = Double(Int.random(in: 0...8, using: &random)) / 8
        var schedules: [Schedule] = []
        var times: [[Instant]?] = []
        while schedules.count < jobs {
            let schedule = try PlannerSimulation.schedule(&random, zones)
            schedules.append(schedule)
            guard case .cron(let expression, let zone) = schedule.times else {
                times.append(nil)
                continue
            }
            var all: [Instant] = []
            var next = expression.next(after: start, in: zone)
            while let time = next, time < end {
                all.append(time)
                next = expression.next(after: time, in: zone)
            }
            times.append(all)
        }
        self.schedules = schedules
        names = schedules.map {
            "\($0.times) \($0.overlap) \($0.missed) jitter \($0.jitter) immediate \($0.isImmediate)"
        }
        logs = schedules.map { _ in [] }
        begun = schedules.map { _ in [] }
        self.random = random
        for (job, schedule) in schedules.enumerated() {
            oracles.append(ScheduleOracle(schedule, times: times[job], draw: draw, at: now))
        }
        enter(records: schedules.map { _ in nil })
        live(until: now.monotonic + .seconds(years * 366 * 86_400))
    }

    private static func schedule(_ random: inout SeededGenerator, _ zones: [TimeZoneRules]) throws -> Schedule {
        let times: Schedule.Times
        var longest: Duration = .seconds(3600)
        if Bool.random(using: &random) {
            let seconds = [600, 3600, 5400, 86_400, 604_800].randomElement(using: &random) ?? 60
            longest = .seconds(seconds)
            times = .interval(.seconds(seconds) + .microseconds(Int.random(in: 0...999, using: &random)))
        } else {
            let text =
                [
                    "30 2 * * *", "*/30 * * * *", "0 */2 * * *", "15 1,2,3 * * *", "0 0 1 * mon", "45 1 * * sun",
                    "0 3 29 2 *",
                ]
                .randomElement(using: &random) ?? ""
            times = .cron(try CronExpression(text), zones.randomElement(using: &random) ?? .utc)
        }
        let overlaps: [Schedule.Overlap] = [.skip, .queueOne, .allow(2)]
        let misses: [Schedule.Missed] = [.runOnce, .skip, .runAll(1), .runAll(5)]
        return try Schedule(
            times, isImmediate: Int.random(in: 0...3, using: &random) == 0,
            overlap: overlaps.randomElement(using: &random) ?? .skip,
            missed: misses.randomElement(using: &random) ?? .skip,
            jitter: Bool.random(using: &random) ? .zero : min(longest / 3, .seconds(86_400)))
    }

    // MARK: Life

    private mutating func live(until end: Duration) {
        var incidents: [(at: Duration, what: Incident)] = []
        while now.monotonic < end {
            if incidents.isEmpty {
                let wait = Duration.seconds(Int64.random(in: 60...2_000_000, using: &random))
                incidents = [(now.monotonic + wait, Incident.allCases.randomElement(using: &random) ?? .trigger)]
            }
            let next = min(agenda.nextWake() ?? end, runEnds.map(\.at).min() ?? end, incidents[0].at, end)
            go(to: max(next, now.monotonic))
            while let index = runEnds.firstIndex(where: { $0.at <= now.monotonic }) {
                finish(runEnds.remove(at: index).job)
            }
            if incidents[0].at <= now.monotonic { happen(incidents.removeFirst().what) }
            advance()
        }
    }

    private mutating func go(to time: Duration) {
        now = Moment(monotonic: time, wall: now.wall + (time - now.monotonic))
    }

    private mutating func advance() {
        if agenda.noticeWall(now) != .zero { counts.wallSets += 1 }
        for (job, decisions) in agenda.advance(to: now, draw: { draw }) { take(decisions, job) }
        for job in oracles.indices { oracles[job].advance(now) }
    }

    private mutating func finish(_ job: Int) {
        take(agenda.update(job, at: now) { $0.finish() } ?? [], job)
        oracles[job].finish(now)
    }

    private mutating func happen(_ incident: Incident) {
        let job = Int.random(in: schedules.indices, using: &random)
        let wait = Duration.seconds(Int64.random(in: 1...500_000, using: &random))
        switch incident {
        case .restart: restart(after: wait)
        case .wall:
            let shift = Duration.seconds(Int64.random(in: -20_000...100_000, using: &random))
            now.wall = now.wall + shift
        case .hiccup: go(to: now.monotonic + .seconds(Int64.random(in: 1...40, using: &random)))
        case .trigger:
            take(agenda.update(job, at: now) { $0.trigger(at: now) } ?? [], job)
            oracles[job].trigger(now)
        case .pause:
            if oracles[job].isPaused {
                take(agenda.update(job, at: now) { $0.resume(at: now, draw: { draw }) } ?? [], job)
                oracles[job].resume(now)
            } else {
                _ = agenda.update(job, at: now) { $0.pause() }
                oracles[job].isPaused = true
            }
        }
    }

    private mutating func restart(after wait: Duration) {
        counts.restarts += 1
        var records: [PlannerRecord?] = []
        for job in schedules.indices {
            _ = agenda.update(job, at: now) { $0.end() }
            records.append(agenda.remove(job)?.record)
        }
        runEnds = []
        // The monotonic clock of a new process need not be that of the old one.
        let wall = now.wall + wait
        now = Moment(monotonic: now.monotonic + wait / 2, wall: wall)
        agenda = PlannerAgenda()
        enter(records: records)
        for job in oracles.indices { oracles[job].restart(now) }
    }

    private mutating func enter(records: [PlannerRecord?]) {
        _ = agenda.noticeWall(now)
        for (job, schedule) in schedules.enumerated() {
            agenda.insert(ScheduleState(schedule, record: records[job], at: now), for: job, at: now)
            take(agenda.update(job, at: now) { $0.begin(at: now, draw: { draw }) } ?? [], job)
        }
    }

    private mutating func take(_ decisions: [ScheduleDecision], _ job: Int) {
        for decision in decisions {
            switch decision {
            case .start(let occasion):
                counts.starts += 1
                logs[job].append("\(now.monotonic) start \(occasion.reason.rawValue) \(occasion.scheduledAt)")
                if case .cron = schedules[job].times, occasion.reason == .scheduled || occasion.reason == .caughtUp,
                    !begun[job].insert(occasion.scheduledAt).inserted
                {
                    repeats.append("\(names[job]): \(occasion.scheduledAt)")
                }
                let length = Duration.seconds(Int64.random(in: 0...6000, using: &random))
                runEnds.append((now.monotonic + length, job))
            case .skip(let reason, let time, _):
                counts.skips += 1
                logs[job].append("\(now.monotonic) skip \(reason.rawValue) \(time)")
            case .miss(let times):
                counts.missed += times.count
                logs[job].append("\(now.monotonic) miss \(times.count) \(times.first) \(times.last)")
            }
        }
    }
}

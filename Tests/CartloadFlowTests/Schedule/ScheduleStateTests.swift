// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import Testing

@Suite struct ScheduleStateTests {
    /// 2026-03-05T06:00:00Z, so that times are easy to read.
    private static let start = Instant(seconds: 1_772_690_400)

    private func moment(_ seconds: Double, wallAhead: Double = 0) -> Moment {
        Moment(
            monotonic: .seconds(100) + .microseconds(Int64(seconds * 1e6)),
            wall: Self.start + .microseconds(Int64((seconds + wallAhead) * 1e6)))
    }

    /// Decisions as text: the reason, and seconds since the start.
    private func text(_ decisions: [ScheduleDecision]) -> [String] {
        func seconds(_ instant: Instant) -> String {
            let micro = instant.microseconds - Self.start.microseconds
            return micro % 1_000_000 == 0 ? "\(micro / 1_000_000)" : "\(Double(micro) / 1e6)"
        }
        return decisions.map { decision in
            switch decision {
            case .start(let occasion): "\(occasion.number) \(occasion.reason.rawValue) \(seconds(occasion.scheduledAt))"
            case .skip(let reason, let time, let why): "\(why.rawValue) \(reason.rawValue) \(seconds(time))"
            case .miss(let times): "missed \(times.count) \(seconds(times.first))-\(seconds(times.last))"
            }
        }
    }

    private func state(
        _ schedule: Schedule, record: PlannerRecord? = nil, at now: Moment
    ) -> (state: ScheduleState, decisions: [String]) {
        var state = ScheduleState(schedule, record: record, at: now)
        let decisions = text(state.begin(at: now, draw: { 0 }))
        return (state, decisions)
    }

    private func every(
        _ seconds: Int, immediate: Bool = false, _ overlap: Schedule.Overlap = .skip,
        _ missed: Schedule.Missed = .runOnce,
        jitter: Duration = .zero
    ) throws -> Schedule {
        try Schedule(
            .interval(.seconds(seconds)), isImmediate: immediate, overlap: overlap, missed: missed, jitter: jitter)
    }

    private func hourly(_ missed: Schedule.Missed = .runOnce) throws -> Schedule {
        try Schedule(.cron(try CronExpression("0 * * * *"), .utc), missed: missed)
    }

    @Test func lateWakesDoNotMoveTheGrid() throws {
        var (state, first) = state(try every(10), at: moment(0))
        #expect(first.isEmpty)
        for run in 1...1000 {
            let late = Double(run % 7) / 3
            let now = moment(Double(run * 10) + late)
            #expect(text(state.advance(to: now, draw: { 0 })) == ["\(run - 1) scheduled \(run * 10)"])
            _ = state.finish()
            #expect(state.nextWake(at: now) == .seconds(100 + run * 10 + 10))
        }
    }

    @Test func anImmediateRunIsTheZeroOfTheGrid() throws {
        var (state, first) = state(try every(10, immediate: true), at: moment(3))
        #expect(first == ["0 immediate 3"])
        _ = state.finish()
        #expect(text(state.advance(to: moment(13), draw: { 0 })) == ["1 scheduled 13"])
    }

    @Test(arguments: [
        (Schedule.Overlap.skip, ["overlap scheduled 20", "overlap scheduled 30"], [String](), 1),
        (.queueOne, ["overlap scheduled 30"], ["1 scheduled 20"], 1),
        (.allow(2), ["1 scheduled 20", "overlap scheduled 30"], [], 2),
        (.allow(3), ["1 scheduled 20", "2 scheduled 30"], [], 3),
    ])
    func whatIsDueWhileARunGoesOnFollowsTheRule(
        overlap: Schedule.Overlap, during: [String], after: [String], most: Int
    ) throws {
        var (state, _) = state(try every(10, overlap), at: moment(0))
        _ = state.advance(to: moment(10), draw: { 0 })
        let decisions =
            text(state.advance(to: moment(20), draw: { 0 })) + text(state.advance(to: moment(30), draw: { 0 }))
        #expect(decisions == during)
        #expect(state.runningCount == most)
        #expect(text(state.finish()) == after)
    }

    @Test(arguments: [
        (Schedule.Missed.runOnce, ["missed 4 3600-14400", "7 caught-up 18000"], [String]()),
        (.skip, ["missed 5 3600-18000"], []),
        (.runAll(3), ["missed 2 3600-7200", "7 caught-up 10800"], ["8 caught-up 14400", "9 caught-up 18000"]),
        (.runAll(9), ["7 caught-up 3600"], ["8 caught-up 7200", "9 caught-up 10800", "10 caught-up 14400"]),
    ])
    func aNewProcessDoesWithTheTimesBetweenWhatTheRuleSays(
        missed: Schedule.Missed, atOnce: [String], then: [String]
    ) throws {
        let record = PlannerRecord(settled: Self.start, times: "0 * * * * UTC", runCount: 7)
        var (state, first) = state(try hourly(missed), record: record, at: moment(18_500))
        #expect(first == atOnce)
        var later: [String] = []
        for _ in then { later += text(state.finish()) }
        #expect(later == then)
        #expect(state.nextScheduled(at: moment(18_500)) == Self.start + .seconds(21_600))
    }

    @Test func aTimeThatIsSecondsOldIsOnTimeEvenWhenMissedOnesAreSkipped() throws {
        let record = PlannerRecord(settled: Self.start, times: "0 * * * * UTC")
        let (_, late) = state(try hourly(.skip), record: record, at: moment(7209))
        #expect(late == ["missed 1 3600-3600", "0 scheduled 7200"])
        let (_, tooLate) = state(try hourly(.skip), record: record, at: moment(7211))
        #expect(tooLate == ["missed 2 3600-7200"])
    }

    @Test func anIntervalGoesOnFromTheLastScheduledRunOfTheProcessBefore() throws {
        var (state, first) = state(
            try every(60), record: PlannerRecord(settled: Self.start, times: "every 60.0 seconds", runCount: 3),
            at: moment(45))
        #expect(first.isEmpty)
        #expect(text(state.advance(to: moment(60), draw: { 0 })) == ["3 scheduled 60"])
    }

    @Test func otherTimesThanThoseRememberedBeginAnew() throws {
        let record = PlannerRecord(settled: Self.start, times: "every 30.0 seconds", runCount: 3)
        var (state, first) = state(try every(60), record: record, at: moment(600))
        #expect(first.isEmpty)
        #expect(text(state.advance(to: moment(660), draw: { 0 })) == ["3 scheduled 660"])
    }

    @Test func aRememberedTimeInTheFutureDoesNotHoldAnIntervalUp() throws {
        let record = PlannerRecord(settled: Self.start + .seconds(1_000_000), times: "every 60.0 seconds")
        var (state, _) = state(try every(60), record: record, at: moment(0))
        #expect(text(state.advance(to: moment(60), draw: { 0 })) == ["0 scheduled 60"])
    }

    @Test func anImmediateRunStandsForMissedOnesUnlessAllAreRun() throws {
        let record = PlannerRecord(settled: Self.start, times: "every 60.0 seconds")
        let (_, once) = state(try every(60, immediate: true), record: record, at: moment(150))
        #expect(once == ["missed 2 60-120", "0 immediate 150"])
        let (_, all) = state(try every(60, immediate: true, .skip, .runAll(5)), record: record, at: moment(150))
        #expect(all == ["0 caught-up 60"])
    }

    @Test func aTimeOfTheWallClockComesOnceHoweverTheClockIsSet() throws {
        var (state, _) = state(try hourly(), at: moment(0))
        #expect(text(state.advance(to: moment(3600), draw: { 0 })) == ["0 scheduled 3600"])
        _ = state.finish()
        // Back by two hours: 7:00 comes again, and is not run again.
        for second in stride(from: 3700.0, through: 10_000, by: 100) {
            #expect(state.advance(to: moment(second, wallAhead: -7200), draw: { 0 }).isEmpty)
        }
        #expect(text(state.advance(to: moment(14_400, wallAhead: -7200), draw: { 0 })) == ["1 scheduled 7200"])
        _ = state.finish()
        // Forward by a day.
        #expect(
            text(state.advance(to: moment(14_401, wallAhead: 86_400 - 7200 + 1800), draw: { 0 })) == [
                "missed 23 10800-90000", "2 caught-up 93600",
            ])
        // And for a process that starts with a clock that is wrong.
        let (later, first) = self.state(try hourly(), record: state.record, at: moment(20_000, wallAhead: -7200))
        #expect(first.isEmpty)
        #expect(later.nextScheduled(at: moment(0)) == Self.start + .seconds(97_200))
    }

    @Test func theWallClockIsNothingToAnInterval() throws {
        var (state, _) = state(try every(60), at: moment(0))
        #expect(state.advance(to: moment(59, wallAhead: 86_400), draw: { 0 }).isEmpty)
        #expect(state.advance(to: moment(60, wallAhead: -86_400), draw: { 0 }).count == 1)
    }

    @Test func jitterDelaysStartsAndLeavesTheGrid() throws {
        var (state, _) = state(try every(60, jitter: .seconds(30)), at: moment(0))
        #expect(state.advance(to: moment(60), draw: { 0.5 }).isEmpty)
        #expect(state.nextWake(at: moment(60)) == .seconds(175))
        #expect(text(state.advance(to: moment(75), draw: { 1 })) == ["0 scheduled 60"])
        _ = state.finish()
        #expect(state.nextWake(at: moment(75)) == .seconds(220))
        #expect(state.advance(to: moment(120), draw: { 0.1 }).isEmpty)
        #expect(text(state.advance(to: moment(123), draw: { 1 })) == ["1 scheduled 120"])
    }

    @Test func delayedStartsAreBounded() throws {
        let minutely = try Schedule(.cron(try CronExpression("* * * * *"), .utc), jitter: .seconds(86_400))
        var (state, _) = state(minutely, at: moment(0))
        var decisions: [String] = []
        for minute in 1...66 { decisions += text(state.advance(to: moment(Double(minute * 60)), draw: { 1 })) }
        #expect(decisions == ["overlap scheduled 3900", "overlap scheduled 3960"])
        #expect(state.waitingCount == 64)
    }

    @Test func timesThatPassInAPauseAreMissed() throws {
        var (state, _) = state(try every(60), at: moment(0))
        state.pause()
        #expect(state.advance(to: moment(130), draw: { 0 }).isEmpty)
        #expect(state.nextWake(at: moment(130)) == nil)
        #expect(text(state.resume(at: moment(150), draw: { 0 })) == ["missed 1 60-60", "0 caught-up 120"])
    }

    @Test func whatIsTriggeredKeepsTheRuleForOverlapsAndBreaksAPause() throws {
        var (state, _) = state(try every(60), at: moment(0))
        #expect(text(state.trigger(at: moment(1))) == ["0 triggered 1"])
        #expect(text(state.trigger(at: moment(2))) == ["overlap triggered 2"])
        _ = state.finish()
        state.pause()
        #expect(text(state.trigger(at: moment(3))) == ["1 triggered 3"])
        var (queue, _) = self.state(try every(60, .queueOne), at: moment(0))
        _ = queue.trigger(at: moment(1))
        queue.pause()
        #expect(queue.trigger(at: moment(2)).isEmpty)
        #expect(text(queue.finish()) == ["1 triggered 2"])
    }

    @Test func aWakeIsARunUnlessOneGoesOn() throws {
        var (state, _) = state(try Schedule(.manual), at: moment(0))
        #expect(state.nextWake(at: moment(0)) == nil)
        state.setWake(.seconds(105))
        #expect(state.nextWake(at: moment(0)) == .seconds(105))
        #expect(text(state.advance(to: moment(6), draw: { 0 })) == ["0 wake 5"])
        state.setWake(.seconds(107))
        #expect(state.nextWake(at: moment(7)) == nil)
        #expect(state.advance(to: moment(8), draw: { 0 }).isEmpty)
    }

    @Test func whatWaitsAtTheEndIsLeftToTheNextProcess() throws {
        var (state, _) = state(try every(60, .queueOne), at: moment(0))
        _ = state.advance(to: moment(60), draw: { 0 })
        _ = state.advance(to: moment(120), draw: { 0 })
        #expect(text(state.end()) == ["stopping scheduled 120"])
        #expect(state.finish().isEmpty)
        #expect(state.record.settled == Self.start + .seconds(60))
        let (_, first) = self.state(try every(60), record: state.record, at: moment(150))
        #expect(first == ["1 caught-up 120"])
    }

    @Test func moreThanCanBeCountedIsSaidToBeMore() throws {
        let everySecond = try Schedule(.cron(try CronExpression("* * * * * *"), .utc), missed: .runAll(2))
        let record = PlannerRecord(settled: Self.start, times: everySecond.times.description)
        var state = ScheduleState(everySecond, record: record, at: moment(200_000.5))
        let decisions = state.begin(at: moment(200_000.5), draw: { 0 })
        guard case .miss(let missed)? = decisions.first else {
            Issue.record("nothing is missed: \(decisions)")
            return
        }
        #expect(!missed.isExact)
        #expect(missed.last == Self.start + .seconds(199_997))
        #expect(text(Array(decisions.dropFirst())) == ["0 caught-up 199998"])
    }
}

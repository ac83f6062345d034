// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadTesting
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct PlannerTests {
    private let fixture = PlannerFixture()
    private var journal: PlannerJournal { fixture.journal }

    // MARK: Start and stop

    @Test func jobsRunOnTheirGridAndAreShutDownInReverse() async throws {
        let planner = try fixture.planner([
            fixture.job("a", immediate: true), fixture.job("b", every: 90),
        ])
        try await planner.start()
        await journal.wait("a: run 0 done")
        fixture.advance(by: .seconds(60))
        await journal.wait("a: run 1 done")
        fixture.advance(by: .seconds(30))
        await journal.wait("b: run 0 done")
        fixture.advance(by: .seconds(30))
        await journal.wait("a: run 2 done")
        #expect(await planner.stop().isEmpty)
        #expect(
            journal.deeds == [
                "a start", "b start", "a run 0 immediate", "a ran 0", "a run 1 scheduled", "a ran 1",
                "b run 0 scheduled",
                "b ran 0", "a run 2 scheduled", "a ran 2", "a flush", "b flush", "b shutdown", "a shutdown",
            ])
        #expect(
            journal.lines.filter { $0.hasPrefix("a: ") } == [
                "a: ready", "a: run 0, immediate for 2026-03-05T06:00:00Z", "a: run 0 done in 0.0 seconds",
                "a: run 1, scheduled for 2026-03-05T06:01:00Z", "a: run 1 done in 0.0 seconds",
                "a: run 2, scheduled for 2026-03-05T06:02:00Z", "a: run 2 done in 0.0 seconds", "a: shut down",
            ])
    }

    @Test func aFailingStartFailsTheStartAndTakesBackTheOthers() async throws {
        let planner = try fixture.planner([
            fixture.job("a", immediate: true), fixture.job("b"), fixture.job("c", failing: ["start"]), fixture.job("d"),
        ])
        let error = await #expect(throws: CartloadError.self) { try await planner.start() }
        #expect(error?.code == .jobStart)
        #expect(error?.message == "the job \"c\" did not start")
        #expect(journal.deeds == ["a start", "b start", "c start", "b shutdown", "a shutdown"])
        let again = await #expect(throws: CartloadError.self) { try await planner.start() }
        #expect(again?.code == .plannerPhase)
    }

    @Test func aStartThatHangsIsCancelledWhenItsTimeIsOver() async throws {
        let planner = try fixture.planner([fixture.job("a"), fixture.job("b", holding: ["start"])])
        let started = Task { try await planner.start() }
        await journal.wait("b start")
        fixture.advance(by: .seconds(60))
        let error = await #expect(throws: CartloadError.self) { try await started.value }
        #expect(error?.code == .jobStart)
        #expect(error?.cause?.contains("flow.job-timeout") == true)
        #expect(journal.deeds == ["a start", "b start", "a shutdown"])
    }

    @Test func aStopDuringTheStartTakesEverythingBack() async throws {
        let planner = try fixture.planner([
            fixture.job("a"), fixture.job("b", holding: ["start"]), fixture.job("c"),
        ])
        let started = Task { try await planner.start() }
        await journal.wait("b start")
        #expect(await planner.stop().isEmpty)
        await #expect(throws: CancellationError.self) { try await started.value }
        #expect(journal.deeds == ["a start", "b start", "a shutdown"])
    }

    @Test func runsMayEndWithinTheGrace() async throws {
        let job = try fixture.job("a", .hold, immediate: true)
        let planner = try fixture.planner([job, fixture.job("b")])
        try await planner.start()
        await journal.wait("a run 0")
        async let failures = planner.stop(grace: .seconds(10))
        await journal.waitUntil { await planner.snapshot()[0].state == .stopping }
        // Nothing starts any more.
        fixture.advance(by: .seconds(9))
        job.letGo()
        #expect(await failures.isEmpty)
        #expect(
            journal.deeds.dropFirst(2) == [
                "a run 0 immediate", "a ran 0", "a flush", "b flush", "b shutdown", "a shutdown",
            ])
        #expect(journal.lines.contains("a: run 0 done in 9.0 seconds"))
    }

    @Test func runsAreCancelledWhenTheGraceIsOver() async throws {
        let planner = try fixture.planner([fixture.job("a", .hold, immediate: true)])
        try await planner.start()
        await journal.wait("a run 0")
        async let failures = planner.stop(grace: .seconds(10))
        await journal.waitUntil { await planner.snapshot()[0].state == .stopping }
        fixture.advance(by: .seconds(10))
        #expect(await failures.isEmpty)
        #expect(journal.deeds == ["a start", "a run 0 immediate", "a flush", "a shutdown"])
        #expect(journal.lines.contains("a: run 0 cancelled after 10.0 seconds"))
    }

    @Test func aSecondStopShortensTheGrace() async throws {
        let planner = try fixture.planner([fixture.job("a", .hold, immediate: true)])
        try await planner.start()
        await journal.wait("a run 0")
        async let first = planner.stop(grace: .seconds(3600))
        await journal.waitUntil { await planner.snapshot()[0].state == .stopping }
        #expect(await planner.stop(grace: .zero).isEmpty)
        #expect(await first.isEmpty)
        #expect(journal.deeds == ["a start", "a run 0 immediate", "a flush", "a shutdown"])
    }

    @Test func aRunThatWillNotEndIsLeftBehindAndItsJobNotTouched() async throws {
        let stuck = try fixture.job("a", .ignoreCancellation, immediate: true)
        let planner = try fixture.planner([stuck, fixture.job("b")])
        try await planner.start()
        await journal.wait("a run 0")
        async let stopping = planner.stop(grace: .zero)
        await journal.waitUntil { await planner.snapshot()[0].state == .stopping }
        fixture.advance(by: .seconds(10))
        let failures = await stopping
        #expect(failures.map(\.error.code) == [.jobStuck])
        #expect(failures.map(\.job) == ["a"])
        #expect(journal.deeds == ["a start", "b start", "a run 0 immediate", "b flush", "b shutdown"])
        stuck.letGo()
    }

    @Test func aFailingFlushIsReportedAndTheRestGoesOn() async throws {
        let planner = try fixture.planner([fixture.job("a", failing: ["flush"]), fixture.job("b")])
        try await planner.start()
        let failures = await planner.stop()
        #expect(failures.map(\.step) == [.flush])
        #expect(journal.deeds.suffix(4) == ["a flush", "b flush", "b shutdown", "a shutdown"])
        #expect(await planner.snapshot()[0].lastError?.contains("Broken") == true)
    }

    @Test func aStopRequestEndsARunUntilIt() async throws {
        let request = StopRequest()
        let planner = try fixture.planner([fixture.job("a", immediate: true)])
        async let over: Void = planner.run(until: request)
        await journal.wait("a: run 0 done")
        request.request()
        try await over
        #expect(journal.deeds.last == "a shutdown")
        // One that was made before nothing begins.
        let late = try fixture.planner([fixture.job("late", immediate: true)])
        try await late.run(until: request)
        #expect(!journal.deeds.contains("late start"))
    }

    // MARK: Runs

    @Test func aRunThatIsDueWhileOneGoesOnIsSkippedAndSaid() async throws {
        let job = try fixture.job("a", .hold, immediate: true)
        let planner = try fixture.planner([job, fixture.job("b")])
        try await planner.start()
        await journal.wait("a run 0")
        fixture.advance(by: .seconds(60))
        await journal.wait("a: scheduled run of 2026-03-05T06:01:00Z left out, another one goes on")
        await journal.wait("b: run 0 done")
        job.letGo()
        await journal.wait("a: run 0 done")
        fixture.advance(by: .seconds(60))
        await journal.wait("a: run 1 done")
        let status = await planner.snapshot()[0]
        #expect(status.skippedCount == 1)
        #expect(status.runCount == 2)
        await planner.stop()
    }

    @Test func aRunThatTakesTooLongIsCancelledAndTheScheduleGoesOn() async throws {
        let job = try fixture.job("a", .hold, immediate: true, timeout: .seconds(20))
        let planner = try fixture.planner([job])
        try await planner.start()
        await journal.wait("a run 0")
        fixture.advance(by: .seconds(20))
        await journal.wait("a: run 0 failed after 20.0 seconds: a run of the job \"a\" took longer than 20.0 seconds")
        let status = await planner.snapshot()[0]
        #expect(status.failureCount == 1)
        #expect(status.state == .waiting)
        #expect(status.lastError?.contains("flow.job-timeout") == true)
        job.set(.end)
        fixture.advance(by: .seconds(40))
        await journal.wait("a: run 1 done")
        #expect(await planner.stop().isEmpty)
    }

    @Test func aFailedRunIsRecordedAndTheScheduleGoesOn() async throws {
        let job = try fixture.job("a", .fail, immediate: true)
        let planner = try fixture.planner([job])
        try await planner.start()
        await journal.wait("a: run 0 failed")
        job.set(.end)
        fixture.advance(by: .seconds(60))
        await journal.wait("a: run 1 done")
        let status = await planner.snapshot()[0]
        #expect(status.failureCount == 1)
        #expect(status.lastError == "a run of the job \"a\" failed (Broken()) [flow.job-failed]")
        #expect(await planner.stop().isEmpty)
    }

    @Test func aFailureMayEndTheJob() async throws {
        let planner = try fixture.planner([
            fixture.job("a", .fail, immediate: true, onFailure: .endJob), fixture.job("b"),
        ])
        try await planner.start()
        await journal.wait("a: gets no more runs")
        fixture.advance(by: .seconds(60))
        await journal.wait("b: run 0 done")
        #expect(await planner.snapshot().map(\.state) == [.ended, .waiting])
        await #expect(throws: CartloadError.self) { try await planner.trigger("a") }
        #expect(await planner.stop().map(\.job) == ["a"])
        #expect(journal.deeds.suffix(4) == ["a flush", "b flush", "b shutdown", "a shutdown"])
    }

    @Test func aFailureMayStopThePlanner() async throws {
        let planner = try fixture.planner([
            fixture.job("a", .fail, immediate: true, onFailure: .stop), fixture.job("b"),
        ])
        let failure = await #expect(throws: PlannerFailure.self) { try await planner.run(until: StopRequest()) }
        #expect(failure?.job == "a")
        #expect(failure?.error.code == .jobFailed)
        #expect(journal.deeds.suffix(2) == ["b shutdown", "a shutdown"])
    }

    @Test func aJobIsWokenWhenItWantsToBe() async throws {
        let job = ScriptedJob("a", try Schedule(.manual), journal, wake: .seconds(1005))
        let planner = try fixture.planner([job])
        try await planner.start()
        job.setWake(.seconds(1012))
        fixture.advance(by: .seconds(5))
        await journal.wait("a: run 0 done")
        _ = await planner.snapshot()  // the planner has asked for the next one by now
        job.setWake(nil)
        fixture.advance(by: .seconds(7))
        await journal.wait("a: run 1 done")
        fixture.advance(by: .seconds(3600))
        try await planner.trigger("a")
        await journal.wait("a: run 2 done")
        #expect(journal.deeds.filter { $0.contains("run ") } == ["a run 0 wake", "a run 1 wake", "a run 2 triggered"])
        await planner.stop()
    }

    // MARK: Hands on

    @Test func aPausedJobRunsOnlyWhenItIsAskedFor() async throws {
        let planner = try fixture.planner([fixture.job("a"), fixture.job("b")])
        try await planner.start()
        try await planner.pause("a")
        fixture.advance(by: .seconds(60))
        await journal.wait("b: run 0 done")
        #expect(!journal.deeds.contains { $0.hasPrefix("a run") })
        #expect(await planner.snapshot().map(\.state) == [.paused, .waiting])
        try await planner.trigger("a")
        await journal.wait("a run 0 triggered")
        await journal.wait("a: run 0 done")
        fixture.advance(by: .seconds(65))
        await journal.wait("b: run 1 done")
        try await planner.resume("a")
        await journal.wait("a run 1 scheduled")
        #expect(journal.lines.contains("a: missed 1 run, of 2026-03-05T06:01:00Z"))
        await planner.stop()
    }

    @Test func aNameThatIsNotThereIsRefused() async throws {
        let planner = try fixture.planner([fixture.job("a")])
        let early = await #expect(throws: CartloadError.self) { try await planner.trigger("a") }
        #expect(early?.code == .plannerPhase)
        try await planner.start()
        let error = await #expect(throws: CartloadError.self) { try await planner.pause("b") }
        #expect(error?.code == .plannedJob)
        await planner.stop()
        await #expect(throws: CartloadError.self) { try await planner.resume("a") }
    }

    @Test func jobsNeedShortNamesOfTheirOwn() throws {
        for names in [["a", "a"], [""], [String(repeating: "x", count: 201)]] {
            let error = #expect(throws: CartloadError.self) {
                try fixture.planner(names.map { try fixture.job($0) })
            }
            #expect(error?.code == .plannedJob, "\(names)")
        }
    }

    @Test func aSnapshotSaysWhatEachJobDoes() async throws {
        let held = try fixture.job("a", .hold, immediate: true, overlap: .queueOne)
        let planner = try fixture.planner([held, ScriptedJob("m", try Schedule(.manual), journal)])
        #expect(await planner.snapshot().map(\.name) == ["a", "m"])
        try await planner.start()
        await journal.wait("a run 0")
        fixture.advance(by: .seconds(61))
        await journal.waitUntil { await planner.snapshot()[0].waitingCount == 1 }
        let statuses = await planner.snapshot()
        #expect(statuses[0].state == .running)
        #expect(statuses[0].times == "every 60.0 seconds")
        #expect(statuses[0].runningCount == 1)
        #expect(statuses[0].lastScheduled?.description == "2026-03-05T06:00:00Z")
        #expect(statuses[0].nextScheduled?.description == "2026-03-05T06:02:00Z")
        #expect(statuses[0].lastStarted?.description == "2026-03-05T06:00:00Z")
        #expect(statuses[1].state == .waiting)
        #expect(statuses[1].nextScheduled == nil)
        held.letGo()
        await journal.wait("a: run 1 done")
        await planner.stop()
        #expect(await planner.snapshot().map(\.state) == [.stopped, .stopped])
    }

    // MARK: The wall clock

    @Test func aClockThatIsSetIsNoticed() async throws {
        let hourly = try Schedule(.cron(try CronExpression("0 * * * *"), .utc))
        let planner = try fixture.planner([ScriptedJob("a", hourly, journal)])
        try await planner.start()
        fixture.clock.setWall(by: .seconds(2 * 3600 + 600))
        fixture.advance(by: .seconds(1))
        await journal.wait("a run 0 caught-up")
        #expect(journal.lines.contains("the clock was set forward by 7800.0 seconds"))
        #expect(journal.lines.contains("a: missed 1 run, of 2026-03-05T07:00:00Z"))
        // Back: the hour that was run is not run again.
        fixture.clock.setWall(by: .seconds(-7200))
        fixture.advance(by: .seconds(1))
        await journal.wait("the clock was set back by -7200.0 seconds")
        #expect(await planner.snapshot()[0].nextScheduled?.description == "2026-03-05T09:00:00Z")
        await planner.stop()
    }

    // MARK: Memory

    @Test func anotherProcessGoesOnWithGridAndNumbers() async throws {
        let folder = try TemporaryFolder()
        for process in 0..<3 {
            let store = try SQLitePlannerStore(directory: folder.path)
            let planner = try fixture.planner([fixture.job("a")], store: store)
            try await planner.start()
            // The first begins to count at 1000; stops and starts between change nothing.
            fixture.advance(by: .seconds(process == 0 ? 60 : 50))
            await journal.wait("a: run \(process) done")
            await planner.stop()
            fixture.advance(by: .seconds(10))
        }
        #expect(
            journal.lines.filter { $0.contains("scheduled for") } == [
                "a: run 0, scheduled for 2026-03-05T06:01:00Z", "a: run 1, scheduled for 2026-03-05T06:02:00Z",
                "a: run 2, scheduled for 2026-03-05T06:03:00Z",
            ])
    }

    @Test func aRunIsRememberedBeforeItBegins() async throws {
        let store = WatchedStore()
        let job = try fixture.job("a", .hold, immediate: true)
        let planner = try fixture.planner([job], store: store)
        try await planner.start()
        await journal.wait("a run 0")
        #expect(try store.load(["a"])["a"]?.runCount == 1)
        await planner.stop(grace: .zero)
    }

    @Test func aStoreThatFailsIsSaidAndTheRunsGoOn() async throws {
        let store = WatchedStore(isBroken: true)
        let planner = try fixture.planner([fixture.job("a", immediate: true)], store: store)
        try await planner.start()
        await journal.wait("a: run 0 done")
        await journal.wait("the planner's state was not saved")
        store.repair()
        await planner.stop()
        #expect(try store.load(["a"])["a"]?.runCount == 1)
    }

    // MARK: Several planners

    @Test func twoPlannersKnowNothingOfEachOther() async throws {
        let one = try fixture.planner([fixture.job("a", immediate: true)])
        let two = try fixture.planner([fixture.job("a", immediate: true)])
        try await one.start()
        try await two.start()
        await journal.wait("a: run 0 done", count: 2)
        await one.stop()
        fixture.advance(by: .seconds(60))
        await journal.wait("a: run 1 done")
        await two.stop()
    }

    @Test func aJobThatWasLeftBehindIsFreeWhenItsRunEnds() async throws {
        let stuck = try fixture.job("a", .ignoreCancellation, immediate: true)
        let one = try fixture.planner([stuck])
        try await one.start()
        await journal.wait("a run 0")
        let stopping = Task { await one.stop(grace: .zero) }
        await journal.waitUntil { await one.snapshot()[0].state == .stopping }
        fixture.advance(by: .seconds(10))
        #expect(await stopping.value.count == 1)
        let early = try fixture.planner([stuck])
        await #expect(throws: CartloadError.self) { try await early.start() }
        stuck.letGo()
        await journal.wait("a: run 0 done")
        _ = await one.snapshot()
        let late = try fixture.planner([stuck])
        try await late.start()
        await late.stop()
    }

    @Test func aJobObjectIsInOnePlannerAtATime() async throws {
        let job = try fixture.job("a")
        let one = try fixture.planner([job])
        let two = try fixture.planner([fixture.job("b"), job])
        try await one.start()
        let error = await #expect(throws: CartloadError.self) { try await two.start() }
        #expect(error?.code == .plannedJob)
        #expect(journal.deeds == ["a start", "b start", "b shutdown"])
        await one.stop()
        let three = try fixture.planner([job])
        try await three.start()
        await three.stop()
    }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadTesting
import Testing

@Suite(.timeLimit(.minutes(2))) struct PlannerReplacingTests {
    private let fixture = PlannerFixture()
    private var journal: PlannerJournal { fixture.journal }

    @Test func whatIsTheSameStaysUntouchedAndTheRestIsExchanged() async throws {
        let kept = try fixture.job("kept", .hold, immediate: true)
        let planner = try fixture.planner([
            kept, fixture.job("changed", immediate: true), fixture.job("gone"),
        ])
        try await planner.start()
        await journal.wait("kept run 0")
        await journal.wait("changed: run 0 done")
        fixture.advance(by: .seconds(30))
        try await planner.replace(with: [
            fixture.job("new", every: 45), fixture.job("kept", immediate: true),
            fixture.job("changed", fingerprint: "2"),
        ])
        #expect(
            journal.deeds.drop { $0 != "new start" } == [
                "new start", "changed start", "changed flush", "gone flush", "gone shutdown", "changed shutdown",
            ])
        // The run that goes on has noticed nothing, the grid and the numbers of what changed go on.
        kept.letGo()
        await journal.wait("kept: run 0 done")
        fixture.advance(by: .seconds(30))
        await journal.wait("changed run 1 scheduled")
        await journal.wait("kept run 1 scheduled")
        #expect(await planner.snapshot().map(\.name) == ["kept", "new", "changed"])
        await planner.stop()
        #expect(journal.deeds.count { $0.hasSuffix("start") } == 5)
        #expect(journal.deeds.count { $0.hasSuffix("shutdown") } == 5)
    }

    @Test func everythingStaysWhenANewJobDoesNotStart() async throws {
        let planner = try fixture.planner([fixture.job("a"), fixture.job("b")])
        try await planner.start()
        let error = await #expect(throws: CartloadError.self) {
            try await planner.replace(with: [
                fixture.job("a", fingerprint: "2"), fixture.job("c"), fixture.job("d", failing: ["start"]),
            ])
        }
        #expect(error?.code == .jobStart)
        #expect(
            journal.deeds == [
                "a start", "b start", "a start", "c start", "d start", "c shutdown", "a shutdown",
            ])
        fixture.advance(by: .seconds(60))
        await journal.wait("a: run 0 done")
        await journal.wait("b: run 0 done")
        #expect(await planner.snapshot().map(\.name) == ["a", "b"])
        await planner.stop()
    }

    @Test func aChangedJobBeginsWhenItsPredecessorIsGone() async throws {
        let old = try fixture.job("a", .hold, immediate: true)
        let planner = try fixture.planner([old])
        try await planner.start()
        await journal.wait("a run 0")
        let replaced = Task {
            try await planner.replace(with: [fixture.job("a", immediate: true, fingerprint: "2")], grace: .seconds(20))
        }
        await journal.wait("a start", count: 2)
        await journal.waitUntil { await planner.snapshot()[0].state == .stopping }
        let busy = await #expect(throws: CartloadError.self) { try await planner.replace(with: []) }
        #expect(busy?.code == .plannerPhase)
        old.letGo()
        try await replaced.value
        await journal.wait("a run 1 immediate")
        #expect(
            journal.deeds.prefix(7) == [
                "a start", "a run 0 immediate", "a start", "a ran 0", "a flush", "a shutdown", "a run 1 immediate",
            ])
        await planner.stop()
    }

    @Test func aStopDuringAReplacementTakesTheNewOnesBack() async throws {
        let planner = try fixture.planner([fixture.job("a")])
        try await planner.start()
        let replaced = Task {
            try await planner.replace(with: [
                fixture.job("a"), fixture.job("b"), fixture.job("c", holding: ["start"]),
            ])
        }
        await journal.wait("c start")
        #expect(await planner.stop().isEmpty)
        await #expect(throws: CancellationError.self) { try await replaced.value }
        #expect(journal.deeds == ["a start", "b start", "c start", "b shutdown", "a flush", "a shutdown"])
    }

    @Test func aStopWhileOldOnesEndTakesTheNewOnesBack() async throws {
        let old = try fixture.job("old", .hold, immediate: true)
        let planner = try fixture.planner([old])
        try await planner.start()
        await journal.wait("old run 0")
        let replaced = Task {
            try await planner.replace(with: [fixture.job("new", immediate: true)], grace: .seconds(3600))
        }
        await journal.waitUntil { await planner.snapshot()[0].state == .stopping }
        #expect(await planner.stop(grace: .zero).isEmpty)
        await #expect(throws: CancellationError.self) { try await replaced.value }
        #expect(
            journal.deeds == [
                "old start", "old run 0 immediate", "new start", "old flush", "old shutdown", "new shutdown",
            ])
    }
}

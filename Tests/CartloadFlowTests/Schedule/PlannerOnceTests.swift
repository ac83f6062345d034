// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import Testing

@Suite(.timeLimit(.minutes(2))) struct PlannerOnceTests {
    private let fixture = PlannerFixture()
    private var journal: PlannerJournal { fixture.journal }

    @Test func everyJobRunsOnceInOrder() async throws {
        let store = MemoryPlannerStore()
        for number in 0..<2 {
            let planner = try fixture.planner(
                [fixture.job("b", immediate: true), fixture.job("a"), ScriptedJob("m", Schedule(.manual), journal)],
                store: store)
            try await planner.runOnce()
            #expect(
                journal.deeds.suffix(15) == [
                    "b start", "a start", "m start", "b run \(number) once", "b ran \(number)", "a run \(number) once",
                    "a ran \(number)", "m run \(number) once", "m ran \(number)", "b flush", "a flush", "m flush",
                    "m shutdown", "a shutdown", "b shutdown",
                ])
        }
    }

    @Test(arguments: [
        (Schedule.FailurePolicy.goOn, ["a run 0 once", "b run 0 once", "b ran 0"]), (.stop, ["a run 0 once"]),
    ])
    func aFailingRunIsThrownInTheEnd(onFailure: Schedule.FailurePolicy, runs: [String]) async throws {
        let planner = try fixture.planner([fixture.job("a", .fail, onFailure: onFailure), fixture.job("b")])
        let failure = await #expect(throws: PlannerFailure.self) { try await planner.runOnce() }
        #expect(failure?.job == "a")
        #expect(journal.deeds.filter { $0.contains(" run ") || $0.contains(" ran ") } == runs)
        #expect(journal.deeds.suffix(4) == ["a flush", "b flush", "b shutdown", "a shutdown"])
    }

    @Test func aStopEndsTheRunAndBeginsNoOther() async throws {
        let planner = try fixture.planner([fixture.job("a", .hold), fixture.job("b")])
        async let over: Void = planner.runOnce()
        await journal.wait("a run 0")
        await planner.stop(grace: .zero)
        try await over
        #expect(
            journal.deeds == [
                "a start", "b start", "a run 0 once", "a flush", "b flush", "b shutdown", "a shutdown",
            ])
    }
}

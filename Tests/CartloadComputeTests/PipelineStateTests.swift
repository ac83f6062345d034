// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadCompute

/// The table of states: section 7 of the wire facts.
@Suite struct PipelineStateTests {
    enum Event: String, CaseIterable, Sendable { case push, pull, run, close, cancel, idle, retention }

    /// A pipeline in a state; in those that are not ended there is a chunk to run.
    static func trial(_ state: PipelineState) throws -> PipelineTrial {
        var trial = PipelineTrial()
        switch state {
        case .created: break
        case .inProgress: try trial.push("a")
        case .closed:
            try trial.push("a")
            try trial.close()
        case .closedByTimeout:
            trial = PipelineTrial(service: nil)
            try trial.push("a")
            trial.advance(.seconds(1800))
            trial.tick()
        case .completed:
            try trial.push("a")
            trial.run()
            try trial.close()
        case .completedByTimeout:
            trial.advance(.seconds(1800))
            trial.tick()
        case .failed:
            try trial.push("a")
            trial.run(failed: 1)
            try trial.close()
        case .cancelled:
            try trial.push("a")
            try trial.cancel()
        }
        #expect(trial.machine.state == state)
        return trial
    }

    static func fire(_ event: Event, _ trial: inout PipelineTrial) throws -> PipelineState? {
        switch event {
        case .push: try trial.push("b")
        case .pull: try trial.pull()
        case .run: trial.run()
        case .close: try trial.close()
        case .cancel: try trial.cancel()
        case .idle:
            trial.advance(.seconds(1800))
            if trial.tick() { return nil }
        case .retention:
            trial.advance(.seconds(3600))
            if trial.tick() { return nil }
        }
        return trial.machine.state
    }

    enum Outcome: Sendable, Equatable {
        case state(PipelineState)
        case refused(PipelineRefusal)
        case forgotten
    }

    static let table: [(PipelineState, Event, Outcome)] = [
        (.created, .push, .state(.inProgress)), (.created, .pull, .state(.created)),
        (.created, .run, .state(.created)), (.created, .close, .state(.completed)),
        (.created, .cancel, .state(.cancelled)), (.created, .idle, .state(.completedByTimeout)),
        (.created, .retention, .state(.completedByTimeout)),
        (.inProgress, .push, .state(.inProgress)), (.inProgress, .pull, .state(.inProgress)),
        (.inProgress, .run, .state(.inProgress)), (.inProgress, .close, .state(.closed)),
        (.inProgress, .cancel, .state(.cancelled)),
        // Something is queued: it is not idle.
        (.inProgress, .idle, .state(.inProgress)), (.inProgress, .retention, .state(.inProgress)),
        (.closed, .push, .refused(.notOpen(.closed))), (.closed, .pull, .state(.closed)),
        (.closed, .run, .state(.completed)), (.closed, .close, .state(.closed)),
        (.closed, .cancel, .state(.cancelled)), (.closed, .idle, .state(.closed)),
        (.closed, .retention, .state(.closed)),
        (.closedByTimeout, .push, .refused(.notOpen(.closedByTimeout))),
        (.closedByTimeout, .pull, .state(.closedByTimeout)), (.closedByTimeout, .run, .state(.closedByTimeout)),
        (.closedByTimeout, .close, .state(.closedByTimeout)), (.closedByTimeout, .cancel, .state(.cancelled)),
        (.closedByTimeout, .retention, .state(.completedByTimeout)),
        (.completed, .push, .refused(.notOpen(.completed))), (.completed, .pull, .state(.completed)),
        (.completed, .run, .state(.completed)), (.completed, .close, .refused(.notChangeable(.completed))),
        (.completed, .cancel, .refused(.notChangeable(.completed))), (.completed, .idle, .state(.completed)),
        (.completed, .retention, .forgotten),
        (.completedByTimeout, .push, .refused(.notOpen(.completedByTimeout))),
        (.completedByTimeout, .pull, .state(.completedByTimeout)),
        (.completedByTimeout, .close, .refused(.notChangeable(.completedByTimeout))),
        (.completedByTimeout, .cancel, .refused(.notChangeable(.completedByTimeout))),
        (.completedByTimeout, .idle, .state(.completedByTimeout)), (.completedByTimeout, .retention, .forgotten),
        (.failed, .push, .refused(.notOpen(.failed))), (.failed, .pull, .state(.failed)),
        (.failed, .close, .refused(.notChangeable(.failed))), (.failed, .cancel, .refused(.notChangeable(.failed))),
        (.failed, .idle, .state(.failed)), (.failed, .retention, .forgotten),
        (.cancelled, .push, .refused(.notOpen(.cancelled))), (.cancelled, .pull, .refused(.cancelled)),
        (.cancelled, .run, .state(.cancelled)), (.cancelled, .close, .refused(.notChangeable(.cancelled))),
        (.cancelled, .cancel, .refused(.notChangeable(.cancelled))), (.cancelled, .idle, .state(.cancelled)),
        (.cancelled, .retention, .forgotten),
    ]

    @Test(arguments: table.indices)
    func anEventLeadsFromAStateToTheNext(row: Int) throws {
        let (state, event, wanted) = PipelineStateTests.table[row]
        var trial = try PipelineStateTests.trial(state)
        let outcome: Outcome
        do {
            outcome = try PipelineStateTests.fire(event, &trial).map { .state($0) } ?? .forgotten
        } catch let refusal as PipelineRefusal {
            outcome = .refused(refusal)
        }
        #expect(outcome == wanted, "\(state) × \(event)")
        #expect(trial.faults == [])
    }

    @Test(arguments: table.indices)
    func anEventHasTheSameEffectAfterARestart(row: Int) throws {
        let (state, event, wanted) = PipelineStateTests.table[row]
        var trial = try PipelineStateTests.trial(state)
        trial = try trial.restored(service: trial.machine.service)
        #expect(trial.machine.state == state)
        let outcome: Outcome
        do {
            outcome = try PipelineStateTests.fire(event, &trial).map { .state($0) } ?? .forgotten
        } catch let refusal as PipelineRefusal {
            outcome = .refused(refusal)
        }
        #expect(outcome == wanted, "\(state) × \(event)")
        #expect(trial.faults == [])
    }

    @Test(arguments: [
        (0, 0, PipelineState.completed), (0, 1, .failed), (5, 5, .completed), (5, 6, .failed), (100, 100, .completed),
        (Int.max, 100, .completed), (200, 100, .completed),
    ])
    func aPipelineFailsAboveTheAcceptablePercentage(percentage: Int, failed: Int, state: PipelineState) throws {
        var trial = PipelineTrial(PipelineConfiguration(acceptableErrorPercentage: percentage))
        try trial.push("a", records: 100)
        trial.run(failed: failed)
        try trial.close()
        #expect(trial.machine.state == state)
        #expect(trial.machine.endedAt == trial.now.wall)
    }

    @Test(arguments: ["push", "pull", "touch", "stored"])
    func anActivityResetsTheIdleTime(activity: String) throws {
        var trial = PipelineTrial()
        try trial.push("z")
        if activity != "stored" { trial.run() }
        trial.advance(.seconds(1799))
        switch activity {
        case "push":
            try trial.push("a")
            trial.run()
        case "pull": try trial.pull()
        case "touch": trial.machine.touch(trial.now)
        default: trial.run()
        }
        trial.advance(.seconds(1799))
        trial.tick()
        #expect(trial.machine.state.isOpen)
        trial.advance(.seconds(1))
        trial.tick()
        #expect(trial.machine.state == .completedByTimeout)
    }

    @Test(arguments: [ChunkSlot.Phase.accepting, .queued, .running, .storing])
    func aPipelineIsNotIdleWhileAChunkIsUnderWay(phase: ChunkSlot.Phase) throws {
        var trial = PipelineTrial()
        if phase == .accepting {
            _ = try trial.accept([try PipelineTrial.chunk("a")])
        } else {
            try trial.push("a")
            if phase != .queued {
                let sequence = try trial.start()
                if phase == .storing { _ = trial.finish(sequence) }
            }
        }
        #expect(trial.phases() == [phase])
        trial.advance(.seconds(100_000))
        trial.tick()
        #expect(trial.machine.state.isOpen)
    }

    @Test func aPipelineWhoseResultsNobodyPullsIsClosedInTheEnd() throws {
        var trial = PipelineTrial(PipelineConfiguration(outputBytes: 10))
        try trial.push("a", "b", "c")
        trial.run()
        #expect(trial.machine.activity == .paused)
        trial.advance(.seconds(1800))
        trial.tick()
        #expect(trial.machine.state == .closedByTimeout)
        // Those that had no room are dropped; the result that there is can be pulled as long as it is kept.
        trial.advance(.seconds(1800))
        trial.tick()
        #expect(trial.machine.state == .completedByTimeout)
        #expect(trial.phases() == [.available, .dropped, .dropped])
        #expect(trial.faults == [])
        #expect(try trial.pull() == [0])
        let again = try trial.restored()
        #expect(again.phases() == [.delivered, .dropped, .dropped])
    }

    @Test func aClosedPipelineThatMakesProgressIsNotEndedByTime() throws {
        var trial = PipelineTrial()
        for chunk in 0..<10 { try trial.push("c\(chunk)") }
        try trial.close()
        for _ in 0..<9 {
            trial.advance(.seconds(3000))
            trial.tick()
            #expect(trial.machine.state == .closed)
            trial.run(1)
        }
        trial.run(1)
        #expect(trial.machine.state == .completed)
    }

    @Test func aPipelineThatWasClosedWhileItsLastPushFailedIsCompleted() throws {
        var trial = PipelineTrial()
        let (new, _, _) = try trial.accept([try PipelineTrial.chunk("a")])
        try trial.close()
        #expect(trial.machine.state == .closed)
        trial.machine.withdraw(new)
        trial.tick()
        #expect(trial.machine.state == .completed)
    }

    @Test func aPipelineThatCrashedBeforeItWasCompletedIsCompletedAfterwards() throws {
        var trial = PipelineTrial()
        try trial.push("a")
        try trial.close()
        let sequence = try trial.start()
        trial.commit(trial.finish(sequence))
        var again = try trial.restored()
        #expect(again.machine.state == .closed)
        again.tick()
        #expect(again.machine.state == .completed)
    }

    @Test func theAllowanceGrowsWithTheWorkUpToTheMaximum() throws {
        var trial = PipelineTrial(PipelineConfiguration(initialWorkers: 2, maximumWorkers: 4))
        for chunk in 0..<20 { try trial.push("c\(chunk)") }
        var running: [Int] = []
        func fill(_ trial: inout PipelineTrial) { while let next = trial.machine.start() { running.append(next) } }
        fill(&trial)
        #expect(running.count == 2)
        var seen: [Int] = []
        for _ in 0..<6 {
            let first = running.removeFirst()
            trial.commit(trial.finish(first))
            trial.stored(first)
            fill(&trial)
            seen.append(running.count)
        }
        #expect(seen == [3, 4, 4, 4, 4, 4])
    }

    @Test(arguments: [(10, 4, 4), (0, 4, 1), (3, 0, 1), (5, 5, 5)])
    func theFirstAllowanceIsWithinItsBounds(initial: Int, maximum: Int, allowance: Int) {
        let trial = PipelineTrial(PipelineConfiguration(initialWorkers: initial, maximumWorkers: maximum))
        #expect(trial.machine.allowance == allowance)
    }

    @Test func aFullOutputPausesAndAPullGoesOn() throws {
        var trial = PipelineTrial(PipelineConfiguration(outputBytes: 40))
        try trial.push("a", "b", "c", "d")
        #expect(trial.run(bytes: 20) == [0, 1])
        #expect(trial.machine.activity == .paused)
        #expect(trial.machine.start() == nil)
        #expect(try trial.pull(1) == [0])
        #expect(trial.machine.activity == .active)
        #expect(trial.run(bytes: 20) == [2])
        // Leased results hold their room until they are acknowledged.
        try trial.lease(5, as: "l")
        #expect(trial.machine.start() == nil)
        trial.release(try trial.machine.endLease("l"))
        #expect(trial.run() == [3])
        #expect(trial.machine.activity == .idle)
        #expect(trial.faults == [])
    }

    @Test func aChunkThatCouldNotBeRunWaitsAndItsOrderStays() throws {
        var trial = PipelineTrial()
        try trial.push("a", "b")
        let first = try trial.start()
        trial.machine.giveBack(first, until: trial.now.monotonic + .seconds(5))
        #expect(trial.machine.start() == nil)
        #expect(trial.machine.attempts(first) == 1)
        trial.advance(.seconds(4))
        trial.tick()
        #expect(trial.machine.start() == nil)
        trial.advance(.seconds(1))
        trial.tick()
        #expect(trial.run() == [0, 1])
        #expect(trial.faults == [])
    }
}

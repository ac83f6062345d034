// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadCompute

@Suite struct PipelineCancelTests {
    /// One chunk in each phase, in this order.
    private static func trial() throws -> PipelineTrial {
        var trial = PipelineTrial()
        try trial.push("delivered")
        trial.run()
        try trial.pull()
        try trial.push("leased")
        trial.run()
        try trial.lease(1, as: "l")
        try trial.push("delivering")
        trial.run()
        _ = try trial.take(1)
        try trial.push("available")
        trial.run()
        try trial.push("storing", "running")
        let storing = try trial.start()
        _ = try trial.start()
        _ = trial.finish(storing)
        try trial.push("queued")
        _ = try trial.accept([try PipelineTrial.chunk("accepting")])
        #expect(
            trial.phases() == [.delivered, .leased, .delivering, .available, .storing, .running, .queued, .accepting])
        #expect(trial.faults == [])
        return trial
    }

    @Test(arguments: [false, true])
    func cancellingDropsWhatItMayInEveryPhase(keepsCompleted: Bool) throws {
        var trial = try PipelineCancelTests.trial()
        try trial.cancel(keepsCompleted: keepsCompleted)
        let wanted: [ChunkSlot.Phase] =
            keepsCompleted
            ? [.delivered, .leased, .delivering, .available, .storing, .dropped, .dropped, .accepting]
            : [.delivered, .dropped, .delivering, .dropped, .dropped, .dropped, .dropped, .accepting]
        #expect(trial.phases() == wanted)
        #expect(trial.faults == [])

        // What was under way comes to its end.
        var changes: [StoreChange] = []
        trial.machine.accepted([7], now: trial.now)
        trial.machine.dropLate([7], &changes)
        #expect(changes.count == 1)
        trial.stored(4)
        #expect(trial.machine.finish(5, PipelineTrial.result(), &changes) == false)
        trial.release([2])
        #expect(trial.faults == [])
        #expect(trial.machine.running == 0)
        if keepsCompleted {
            trial.release(try trial.machine.endLease("l"))
            #expect(try trial.pull() == [3, 4])
        } else {
            #expect(throws: PipelineRefusal.unknownLease) { try trial.machine.endLease("l") }
            #expect(throws: PipelineRefusal.cancelled) { try trial.take() }
        }
        #expect(trial.faults == [])
        #expect(trial.machine.inputUsed == 0)
        #expect(trial.machine.outputUsed == 0)
        #expect(trial.machine.retained == 0)
        #expect(trial.machine.activity == .closed)
        trial.advance(.seconds(3600))
        let isOver = trial.tick()
        #expect(isOver)
    }

    @Test(arguments: [false, true])
    func aCancelledPipelineIsTheSameAfterARestart(keepsCompleted: Bool) throws {
        var trial = try PipelineCancelTests.trial()
        try trial.cancel(keepsCompleted: keepsCompleted)
        let again = try trial.restored()
        #expect(again.machine.state == .cancelled)
        #expect(again.faults == [])
        // The delivery and the result that were not durable: the first comes again, the second is lost with its chunk.
        #expect(
            again.phases()
                == (keepsCompleted
                    ? [.delivered, .available, .available, .available, .dropped, .dropped, .dropped]
                    : [.delivered, .dropped, .available, .dropped, .dropped, .dropped, .dropped]))
    }

    @Test func aChunkThatBecameDurableAfterTheCancellationDoesNotRunAfterARestart() throws {
        var trial = PipelineTrial()
        try trial.push("a")
        let (_, _, changes) = try trial.accept([try PipelineTrial.chunk("late")])
        try trial.cancel()
        trial.commit(changes)
        var again = try trial.restored()
        #expect(again.phases() == [.dropped, .dropped])
        #expect(again.machine.start() == nil)
        again.tick()
        #expect(try again.store.load().first?.chunks.map(\.state) == [.dropped, .dropped])
    }

    @Test func aCancellationThatTheStoreCouldNotTakeIsSavedLater() throws {
        var trial = try PipelineCancelTests.trial()
        var changes: [StoreChange] = []
        try trial.machine.cancel(keepsCompleted: false, now: trial.now, &changes)
        for change in changes { trial.machine.unsaved(change) }
        #expect(try trial.store.load().first?.chunks.map(\.state).contains(.dropped) == false)
        // Asked for again, or by time alone.
        var byTime = trial
        byTime.tick()
        let states = try byTime.store.load().first?.chunks.map(\.state)
        #expect(states == [.delivered, .dropped, .finished, .dropped, .dropped, .dropped, .dropped])
        #expect(try byTime.restored().machine.state == .cancelled)
        try trial.cancel()
        #expect(throws: PipelineRefusal.notChangeable(.cancelled)) { try trial.cancel() }
    }

    @Test func aCloseThatTheStoreCouldNotTakeIsSavedLater() throws {
        var trial = PipelineTrial()
        try trial.push("a")
        var changes: [StoreChange] = []
        try trial.machine.close(now: trial.now, &changes)
        for change in changes { trial.machine.unsaved(change) }
        #expect(try trial.restored().machine.state == .inProgress)
        trial.tick()
        #expect(try trial.restored().machine.state == .closed)
        // Closing it again is as durable as the first time.
        var more: [StoreChange] = []
        try trial.machine.close(now: trial.now, &more)
        #expect(more.count == 1)
    }
}

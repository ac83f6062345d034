// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadCompute

@Suite struct PipelineLeaseTests {
    private func trial(_ count: Int) throws -> PipelineTrial {
        var trial = PipelineTrial()
        for chunk in 0..<count { try trial.push("c\(chunk)") }
        trial.run()
        return trial
    }

    @Test func aLeaseThatIsOverGivesItsChunksBackInOrder() throws {
        var trial = try trial(6)
        #expect(try trial.lease(2, as: "l") == [0, 1])
        trial.advance(.seconds(9))
        trial.tick()
        #expect(try trial.take(1) == [2])
        trial.advance(.seconds(1))
        trial.tick()
        #expect(try trial.take() == [0, 1, 3, 4, 5])
    }

    @Test(arguments: [[10, 20, 30], [30, 20, 10], [20, 30, 10], [10, 10, 10]])
    func leasesThatEndTogetherOrApartGiveBackInOrder(times: [Int]) throws {
        for step in [1, 100] {
            var trial = try trial(7)
            for (index, time) in times.enumerated() {
                try trial.lease(2, as: "l\(index)", for: .seconds(time))
            }
            for _ in 0..<(40 / step + 1) {
                trial.advance(.seconds(step))
                trial.tick()
            }
            #expect(trial.faults == [])
            #expect(try trial.take() == Array(0..<7))
        }
    }

    @Test func theOrderIsThatOfTheResultsNotOfTheChunks() throws {
        var trial = PipelineTrial()
        try trial.push("a", "b", "c")
        let running = (0..<3).compactMap { _ in trial.machine.start() }
        for sequence in running.reversed() {
            trial.commit(trial.finish(sequence))
            trial.stored(sequence)
        }
        try trial.lease(2, as: "l")
        trial.advance(.seconds(10))
        trial.tick()
        #expect(try trial.take() == [2, 1, 0])
    }

    @Test func anAcknowledgedLeaseIsGoneForGood() throws {
        var trial = try trial(3)
        try trial.lease(2, as: "l")
        trial.release(try trial.machine.endLease("l"))
        #expect(trial.phases() == [.delivered, .delivered, .available])
        #expect(throws: PipelineRefusal.unknownLease) { try trial.machine.endLease("l") }
        trial.advance(.seconds(100))
        trial.tick()
        #expect(try trial.take() == [2])
        #expect(trial.faults == [])
    }

    @Test func anAcknowledgementThatIsRepeatedChangesNothing() throws {
        var trial = try trial(3)
        try trial.lease(2, as: "l")
        trial.release(try trial.machine.endLease("l"))
        trial.machine.remember(acknowledged: "l")
        #expect(try trial.machine.endLease("l") == [])
        for number in 0..<64 { trial.machine.remember(acknowledged: "other \(number)") }
        #expect(throws: PipelineRefusal.unknownLease) { try trial.machine.endLease("l") }
        #expect(trial.phases() == [.delivered, .delivered, .available])
    }

    @Test func anAcknowledgementAfterTheLeaseIsRefused() throws {
        var trial = try trial(2)
        try trial.lease(2, as: "old")
        trial.advance(.seconds(10))
        trial.tick()
        #expect(throws: PipelineRefusal.unknownLease) { try trial.machine.endLease("old") }
        // Somebody else has them: the first one's lease is worth nothing, the second one's all.
        #expect(try trial.lease(2, as: "new") == [0, 1])
        #expect(throws: PipelineRefusal.unknownLease) { try trial.machine.endLease("old") }
        #expect(try trial.machine.endLease("new") == [0, 1])
    }

    @Test func chunksAreAcknowledgedByTheirIDsAlsoAfterTheLease() throws {
        var trial = try trial(4)
        try trial.lease(3, as: "l")
        trial.release(try trial.machine.acknowledged(["c1"], under: ["l"]))
        #expect(trial.phases() == [.leased, .delivered, .leased, .available])
        trial.advance(.seconds(10))
        trial.tick()
        trial.release(try trial.machine.acknowledged(["c0", "c1"]))
        #expect(trial.phases() == [.delivered, .delivered, .available, .available])
        #expect(try trial.take() == [2, 3])
        #expect(trial.faults == [])
    }

    @Test(arguments: [[], ["old"], ["old", "none"]])
    func whatOneReaderHasNowIsNotTakenAwayByAnother(leases: [String]) throws {
        var trial = try trial(3)
        try trial.lease(2, as: "old")
        trial.advance(.seconds(10))
        trial.tick()
        try trial.lease(1, as: "new")
        #expect(throws: PipelineRefusal.chunkLent("c0")) {
            try trial.machine.acknowledged(["c1", "c0"], under: leases)
        }
        #expect(trial.phases() == [.leased, .available, .available])
        // What nobody has is theirs, and the other's is the other's.
        trial.release(try trial.machine.acknowledged(["c1"], under: leases))
        trial.release(try trial.machine.acknowledged(["c0"], under: leases + ["new"]))
        #expect(trial.phases() == [.delivered, .delivered, .available])
        #expect(try trial.machine.acknowledged(["c0", "c1"], under: leases) == [])
        #expect(trial.faults == [])
    }

    @Test func anIDThatIsNamedTwiceIsAcknowledgedOnce() throws {
        var trial = try trial(2)
        try trial.lease(2, as: "l")
        let sequences = try trial.machine.acknowledged(["c0", "c0", "c1", "c0"], under: ["l"])
        #expect(sequences == [0, 1])
        // The store failed: they come back once.
        trial.machine.putBack(sequences)
        #expect(trial.faults == [])
        #expect(try trial.take() == [0, 1])
    }

    @Test(arguments: ["unknown", "queued"])
    func anIDThatWasNotHandedOutIsRefusedAndNothingIsChanged(id: String) throws {
        var trial = try trial(2)
        try trial.push("queued")
        try trial.lease(1, as: "l")
        #expect(throws: PipelineRefusal.unknownLease) {
            try trial.machine.acknowledged(["c0", "c1", id], under: ["l"])
        }
        #expect(trial.phases() == [.leased, .available, .queued])
        #expect(trial.faults == [])
    }

    @Test func aLeaseWithoutChunksLeftIsOver() throws {
        var trial = try trial(2)
        try trial.lease(2, as: "l")
        trial.release(try trial.machine.acknowledged(["c0", "c1"], under: ["l"]))
        #expect(throws: PipelineRefusal.unknownLease) { try trial.machine.endLease("l") }
    }

    @Test func aDeliveryThatFailsIsPutBackInItsPlace() throws {
        var trial = try trial(4)
        let first = try trial.take(2)
        let second = try trial.take(1)
        trial.machine.putBack(second)
        trial.machine.putBack(first)
        #expect(trial.faults == [])
        #expect(try trial.take() == [0, 1, 2, 3])
    }

    @Test func aPullTakesNoMoreBytesThanItMayButAlwaysOneChunk() throws {
        var trial = try trial(3)
        #expect(try trial.take(10, bytes: 1) == [0])
        #expect(try trial.take(10, bytes: 45) == [1, 2])
    }

    @Test func whatWasLeasedIsAvailableAfterARestart() throws {
        var trial = try trial(3)
        try trial.pull(1)
        try trial.lease(2, as: "l")
        var again = try trial.restored()
        #expect(again.phases() == [.delivered, .available, .available])
        #expect(again.faults == [])
        #expect(try again.take() == [1, 2])
    }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadCompute

@Suite struct PipelinePushTests {
    private func chunk(_ id: String, data: String = "", bytes: Int = 0) throws -> (chunk: PushedChunk, digest: Bytes) {
        try PipelineTrial.chunk(id, data: data, bytes: bytes)
    }

    @Test(arguments: ["accepting", "queued", "running", "storing", "available", "leased", "delivered"])
    func theSameChunkAgainChangesNothing(phase: String) throws {
        var trial = PipelineTrial()
        let (new, _, _) = try trial.accept([try chunk("a")])
        if phase != "accepting" { trial.machine.accepted(new, now: trial.now) }
        if !["accepting", "queued"].contains(phase) { _ = trial.machine.start() }
        if ["storing", "available", "leased", "delivered"].contains(phase) { _ = trial.finish(0) }
        if ["available", "leased", "delivered"].contains(phase) { trial.stored(0) }
        if phase == "leased" { try trial.lease(1, as: "l") }
        if phase == "delivered" { try trial.pull() }
        let before = trial.machine.snapshot
        let again = try trial.accept([try chunk("a"), try chunk("a")])
        #expect(again.new == [])
        #expect(again.repeated == [0, 0])
        #expect(again.changes.isEmpty)
        #expect(trial.machine.snapshot == before)
        #expect(throws: PipelineRefusal.duplicateChunk("a")) { try trial.accept([try chunk("a", data: "other")]) }
        #expect(throws: PipelineRefusal.duplicateChunk("a")) {
            try trial.accept([try chunk("b"), try chunk("a", data: "other")])
        }
        #expect(trial.machine.snapshot == before)
        #expect(trial.machine.slots.count == 1)
    }

    @Test func aChunkTwiceInOnePushIsTakenOnce() throws {
        var trial = PipelineTrial()
        let first = try trial.accept([try chunk("a"), try chunk("b"), try chunk("a")])
        #expect(first.new == [0, 1])
        #expect(throws: PipelineRefusal.duplicateChunk("c")) {
            try trial.accept([try chunk("c"), try chunk("c", data: "x")])
        }
        #expect(trial.machine.slots.count == 2)
    }

    @Test func aChunkThatCouldNotBeStoredNeverWas() throws {
        var trial = PipelineTrial()
        let (lost, _, _) = try trial.accept([try chunk("a"), try chunk("b")])
        let (_, repeated, _) = try trial.accept([try chunk("a")])
        trial.machine.withdraw(lost)
        #expect(!trial.machine.areKept(repeated))
        #expect(trial.faults == [])
        #expect(trial.machine.inputUsed == 0)
        #expect(trial.machine.retained == 0)
        #expect(trial.machine.activity == .idle)
        // The same ids with other data are new chunks, with numbers of their own.
        let again = try trial.accept([try chunk("a", data: "x")])
        #expect(again.new == [2])
        trial.commit(again.changes)
        trial.machine.accepted(again.new, now: trial.now)
        #expect(trial.run() == [2])
        #expect(try trial.pull() == [2])
        #expect(trial.faults == [])
        let restored = try trial.restored()
        #expect(restored.phases() == [.void, .void, .delivered])
        #expect(restored.machine.counts.chunksSubmitted == 1)
    }

    @Test func aPushThatIsLargerThanTheBufferIsRefusedForGood() throws {
        var trial = PipelineTrial(PipelineConfiguration(inputBytes: 300))
        let large = try chunk("a", bytes: 300)
        #expect(throws: PipelineRefusal.tooLarge(bytes: large.chunk.data.count, limit: 300)) {
            try trial.accept([large])
        }
        #expect(trial.machine.slots.isEmpty)
    }

    @Test func aPushThatHasNoRoomNowIsTakenLater() throws {
        var trial = PipelineTrial(PipelineConfiguration(inputBytes: 300))
        try trial.push("a", bytes: 100)
        #expect(throws: PipelineRefusal.inputFull(tryAfter: .seconds(1))) {
            try trial.accept([try chunk("b", bytes: 150)])
        }
        trial.run()
        try trial.push("b", bytes: 150)
        #expect(throws: PipelineRefusal.inputFull(tryAfter: .milliseconds(50))) {
            try trial.accept([try chunk("c", bytes: 150)])
        }
        // A repeat needs no room.
        #expect(try trial.accept([try chunk("b", bytes: 150)]).repeated == [1])
        #expect(trial.faults == [])
    }

    @Test func theRoomOfTheTenantCountsToo() throws {
        var trial = PipelineTrial()
        #expect(throws: PipelineRefusal.inputFull(tryAfter: .seconds(1))) {
            try trial.accept([try chunk("a")], room: 10)
        }
        let size = try chunk("a").chunk.data.count
        _ = try trial.accept([try chunk("a")], room: size)
    }

    @Test func aPipelineTakesNoMoreChunksThanItMay() throws {
        var trial = PipelineTrial(limits: PipelineLimits(chunks: 2))
        try trial.push("a", "b")
        #expect(throws: PipelineRefusal.tooManyChunks(limit: 2)) { try trial.push("c") }
        #expect(try trial.accept([try chunk("b")]).repeated == [1])
    }

    @Test func anEmptyPushChangesNothing() throws {
        var trial = PipelineTrial()
        try trial.push()
        #expect(trial.machine.state == .created)
    }

    @Test func buffersAreEmptyWhenAllIsDelivered() throws {
        var trial = PipelineTrial()
        try trial.push("a", "b", records: 10, bytes: 1000)
        #expect(trial.machine.retained == trial.machine.inputUsed)
        trial.run()
        #expect(trial.machine.inputUsed == 0)
        #expect(trial.machine.outputUsed == 40)
        try trial.pull(1)
        #expect(trial.machine.outputUsed == 20)
        try trial.pull()
        #expect((trial.machine.outputUsed, trial.machine.retained) == (0, 0))
        #expect(trial.faults == [])
    }
}

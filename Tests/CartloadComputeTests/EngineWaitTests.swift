// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Testing

@testable import CartloadCompute

@Suite struct EngineWaitTests {
    @Test func aPullWaitsForAResult() async throws {
        let gate = Gate()
        let trial = try EngineTrial(services: [EngineFaultTests.stuck(gate)])
        defer { trial.engine.stop() }
        let id = try await trial.create("f/stuck")
        try await trial.push([1], to: id)
        let pulled = Task { try await trial.pull(id, wait: .seconds(55)) }
        try await trial.until("it waits") { trial.waits(id) == 1 }
        gate.open()
        #expect(try await pulled.value.ids == ["c1"])
        #expect(trial.waits(id) == 0)
    }

    @Test func aWaitEndsWithItsTime() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        let pulled = Task { try await trial.pull(id, wait: .seconds(5)) }
        let status = Task { try await trial.engine.status(of: id, after: 0, wait: .seconds(5), by: EngineTrial.caller) }
        try await trial.until("both wait") { trial.waits(id) == 2 }
        trial.advance(.seconds(4))
        #expect(trial.waits(id) == 2)
        trial.advance(.seconds(1))
        #expect(try await pulled.value.ids == [])
        #expect(try await status.value.state == .created)
    }

    @Test func aWaitEndsWhenThePipelineEnds() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        let pulled = Task { try await trial.pull(id, wait: .seconds(5)) }
        try await trial.until("it waits") { trial.waits(id) == 1 }
        _ = try await trial.engine.close(id, by: EngineTrial.caller)
        #expect(try await pulled.value.status.state == .completed)
    }

    @Test func aWaitEndsWhenTimeClosesThePipeline() async throws {
        let trial = try EngineTrial(
            ComputeOptions(workers: 1, pipeline: PipelineLimits(idleTimeout: .seconds(2))))
        defer { trial.engine.stop() }
        let id = try await trial.create()
        let pulled = Task { try await trial.pull(id, wait: .seconds(50)) }
        try await trial.until("it waits") { trial.waits(id) == 1 }
        trial.advance(.seconds(2))
        #expect(try await pulled.value.status.state == .completedByTimeout)
    }

    @Test(arguments: [false, true])
    func aWaitEndsWhenTheServerEnds(isQuiet: Bool) async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        let pulled = Task { try await trial.pull(id, wait: .seconds(5)) }
        try await trial.until("it waits") { trial.waits(id) == 1 }
        if isQuiet {
            trial.engine.stopWaiting()
            #expect(try await pulled.value.ids == [])
            #expect(try await trial.pull(id, wait: .seconds(5)).ids == [])
        } else {
            trial.engine.stop()
            await #expect(throws: PipelineRefusal.stopping) { try await pulled.value }
        }
    }

    @Test func aWaitEndsWithItsTaskAndNothingIsLost() async throws {
        let gate = Gate()
        let trial = try EngineTrial(services: [EngineFaultTests.stuck(gate)])
        defer { trial.engine.stop() }
        let id = try await trial.create("f/stuck")
        try await trial.push([1], to: id)
        let pull = Task { try await trial.pull(id, wait: .seconds(5)) }
        try await trial.until("it waits") { trial.waits(id) == 1 }
        pull.cancel()
        _ = try? await pull.value
        #expect(trial.waits(id) == 0)
        gate.open()
        try await trial.finished(id, 1)
        // A client that is gone gets nothing, and the next one everything.
        let gone = Task { () -> PulledChunks in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await trial.pull(id)
        }
        await #expect(throws: CancellationError.self) { try await gone.value }
        #expect(try await trial.pull(id).ids == ["c1"])
    }

    @Test func resultsThatComeBackFromALeaseEndAWait() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        try await trial.push([1], to: id)
        try await trial.finished(id, 1)
        let lent = try await trial.pull(id, lease: .seconds(10))
        #expect(lent.ids == ["c1"])
        let pulled = Task { try await trial.pull(id, wait: .seconds(55)) }
        try await trial.until("it waits") { trial.waits(id) == 1 }
        trial.advance(.seconds(10))
        try await trial.until("it has ended") { trial.waits(id) == 0 }
        #expect(try await pulled.value.ids == ["c1"])
    }

    @Test func nobodyWaitsForWhatIsNotTheirs() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        for stranger in [Caller(tenant: "t", user: "x"), Caller(tenant: "x", user: "u", seesAll: true)] {
            await #expect(throws: PipelineRefusal.unknownPipeline) {
                try await trial.pull(id, wait: .seconds(55), by: stranger)
            }
            await #expect(throws: PipelineRefusal.unknownPipeline) {
                try await trial.engine.status(of: id, after: 0, wait: .seconds(55), by: stranger)
            }
            await #expect(throws: PipelineRefusal.unknownPipeline) {
                try await trial.push([1], to: id, by: stranger)
            }
            await #expect(throws: PipelineRefusal.unknownPipeline) {
                try await trial.engine.cancel(id, by: stranger)
            }
            await #expect(throws: PipelineRefusal.unknownPipeline) {
                try await trial.engine.acknowledge(chunks: [], of: id, by: stranger)
            }
            #expect(trial.engine.pipelines(by: stranger).isEmpty)
        }
        let supervisor = Caller(tenant: "t", user: "boss", seesAll: true)
        #expect(try trial.status(id, by: supervisor).definition.user == "u")
        #expect(trial.engine.pipelines(by: supervisor).count == 1)
    }
}

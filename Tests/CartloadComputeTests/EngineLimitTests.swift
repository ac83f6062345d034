// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Testing

@testable import CartloadCompute

@Suite struct EngineLimitTests {
    @Test func aServiceHasNoMoreWorkersThanItMay() async throws {
        let gate = Gate()
        let stuck = EngineFaultTests.stuck(gate, limits: ServiceLimits(maximumWorkers: 2))
        let trial = try EngineTrial(ComputeOptions(workers: 6), services: [stuck, EngineTrial.double])
        defer { trial.engine.stop() }
        let (first, second) = (try await trial.create("f/stuck"), try await trial.create("f/stuck"))
        let other = try await trial.create()
        try await trial.push(Array(1...10), to: first)
        try await trial.push(Array(1...10), to: second)
        try await trial.until("two run") { gate.inside == 2 }
        try await trial.push(Array(1...10), to: other)
        try await trial.finished(other, 10)
        #expect(trial.engine.use(of: "t").workersInUse == 2)
        gate.open()
        try await trial.finished(first, 10)
        try await trial.finished(second, 10)
        #expect(gate.maximum <= 2)
    }

    @Test func aTenantHasNoMoreWorkersThanItMay() async throws {
        let gate = Gate()
        let trial = try EngineTrial(
            ComputeOptions(workers: 4, tenants: ["t": TenantLimits(workers: 1)]),
            services: [EngineFaultTests.stuck(gate)])
        defer { trial.engine.stop() }
        let id = try await trial.create("f/stuck")
        let stranger = Caller(tenant: "x", user: "u")
        let theirs = try await trial.create("f/stuck", by: stranger)
        try await trial.push(Array(1...5), to: id)
        try await trial.push(Array(1...5), to: theirs, by: stranger)
        try await trial.until("four run", ticking: true) { gate.inside == 4 }
        #expect(trial.engine.use(of: "t").workersInUse == 1)
        #expect(trial.engine.use(of: "x").workersInUse == 3)
        gate.open()
        try await trial.finished(id, 5)
        try await trial.finished(theirs, 5, by: stranger)
    }

    @Test func allWorkersAreUsedAtOnceWithoutWaitingForATick() async throws {
        let gate = Gate()
        let trial = try EngineTrial(ComputeOptions(workers: 8), services: [EngineFaultTests.stuck(gate)])
        defer { trial.engine.stop() }
        let id = try await trial.create("f/stuck")
        for number in 1...8 { try await trial.push([number], to: id) }
        try await trial.until("eight run") { gate.inside == 8 }
        gate.open()
        try await trial.finished(id, 8)
    }

    @Test func theBuffersOfATenantAreOneForAllItsPipelines() async throws {
        let gate = Gate()
        let trial = try EngineTrial(
            ComputeOptions(workers: 1, tenant: TenantLimits(inputBytes: 1000, outputBytes: 100)),
            services: [EngineFaultTests.stuck(gate), EngineTrial.double])
        defer { trial.engine.stop() }
        let (first, second) = (try await trial.create("f/stuck"), try await trial.create())
        try await trial.push([1], to: first, filler: 600)
        await #expect(throws: PipelineRefusal.inputFull(tryAfter: .seconds(1))) {
            try await trial.push([1], to: second, filler: 600)
        }
        // Another tenant has its own.
        let stranger = Caller(tenant: "x", user: "u")
        let theirs = try await trial.create(by: stranger)
        try await trial.push([1], to: theirs, filler: 600, by: stranger)
        gate.open()
        try await trial.finished(first, 1)
        #expect(trial.engine.use(of: "t").outputUsed > 100)
        // Their output is full: nothing of the tenant runs until it is pulled.
        try await trial.push([1], to: second, filler: 600)
        try await trial.finished(theirs, 1, by: stranger)
        trial.advance(.seconds(1))
        #expect(try trial.status(second).counts.chunksCompleted == 0)
        _ = try await trial.pull(first)
        try await trial.until("it has run") { try trial.status(second).counts.chunksCompleted == 1 }
        _ = try await trial.pull(second)
        let use = trial.engine.use(of: "t")
        #expect((use.inputUsed, use.outputUsed, use.workersInUse, use.pipelines) == (0, 0, 0, 2))
    }

    @Test func aTenantHasNoMorePipelinesThanItMay() async throws {
        let trial = try EngineTrial(ComputeOptions(workers: 1, tenant: TenantLimits(pipelines: 1)))
        defer { trial.engine.stop() }
        let id = try await trial.create()
        await #expect(throws: PipelineRefusal.tooManyPipelines(limit: 1)) { _ = try await trial.create() }
        _ = try await trial.engine.cancel(id, by: EngineTrial.caller)
        trial.advance(.seconds(3600))
        _ = try await trial.create()
    }

    @Test func aRepeatedCreationFindsWhatItCreated() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create(requestID: "r")
        #expect(try await trial.create(requestID: "r") == id)
        #expect(try await trial.create(requestID: "q") != id)
        #expect(try await trial.create("f/double", PipelineConfiguration(priority: 9), requestID: "r") != id)
        #expect(try await trial.create(by: Caller(tenant: "t", user: "x"), requestID: "r") != id)
        #expect(trial.engine.totals.pipelinesCreated == 4)
        await #expect(throws: PipelineRefusal.unknownService("f/none")) { _ = try await trial.create("f/none") }
    }

    @Test func chunksWithoutIDsGetTheSameForTheSameRequest() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        let body = Bytes(#"{"chunks":[{"id":"","data":{"inputs":[{"n":1}]}},{"data":{"inputs":[{"n":1}]}}]}"#)
        for request in ["r", "r", "q", nil, nil] {
            _ = try await trial.engine.push(body, to: id, by: EngineTrial.caller, requestID: request)
        }
        // Twice "r" is once; each of the others is new, and equal chunks of one push are two.
        try await trial.finished(id, 8)
        let pulled = try await trial.pull(id)
        #expect(Set(pulled.ids).count == 8)
        #expect(pulled.ids.allSatisfy { $0.count == 36 })
        #expect(trial.engine.totals.chunksRepeated == 2)
    }

    @Test func aChunkThatIsNotForTheServiceIsRefusedWithItsPlace() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        let good = #"{"data":{"inputs":[{"n":1}]}}"#
        let bad = #"{"data":{"inputs":[],"summary":{"aggregation":[{"output_name":"x","operator":"SUM"}]}}}"#
        do {
            _ = try await trial.engine.push(
                Bytes(#"{"chunks":[\#(good),\#(bad)]}"#), to: id, by: EngineTrial.caller)
            Issue.record("it was taken")
        } catch let error as CartloadError {
            #expect(error.description.hasPrefix("chunk 2, field \"summary.aggregation.output_name\""))
        }
        #expect(try trial.status(id).counts.chunksSubmitted == 0)
    }
}

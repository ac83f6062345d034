// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Synchronization
import Testing

@testable import CartloadCompute

/// What becomes of requests when the store fails: nothing is lost, nothing comes twice, nothing hangs.
@Suite struct EngineFaultTests {
    @Test func aPullWhoseDeliveryFailsGivesTheResultsAgain() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        try await trial.push([1, 2, 3], to: id)
        try await trial.finished(id, 3)
        trial.store.fail(\.isReleased)
        await #expect(throws: PipelineRefusal.self) { try await trial.pull(id, 2) }
        #expect(trial.engine.storeFailure != nil)
        trial.store.heal()
        let pulled = try await trial.pull(id)
        #expect(try EngineTrial.results(pulled) == ["c1": "2", "c2": "4", "c3": "6"])
        #expect(trial.engine.storeFailure == nil)
        #expect(try await trial.pull(id).ids == [])
        #expect(trial.engine.totals.chunksDelivered == 3)
        #expect(trial.engine.totals.storeFailures == 1)
    }

    /// Who asks before sending requests would otherwise never send one again.
    @Test func aFailureOfTheStoreIsForgottenWhenNobodyTries() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        trial.store.fail { _ in true }
        await #expect(throws: PipelineRefusal.self) { try await trial.push([1], to: id) }
        #expect(trial.engine.storeFailure != nil)
        trial.clock.advance(by: .seconds(9))
        #expect(trial.engine.storeFailure != nil)
        trial.clock.advance(by: .seconds(1))
        #expect(trial.engine.storeFailure == nil)
    }

    @Test(arguments: [false, true])
    func anAcknowledgementThatFailsIsTriedAgain(byID: Bool) async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        try await trial.push([1, 2], to: id)
        try await trial.finished(id, 2)
        let lent = try await trial.pull(id, lease: .seconds(10))
        let lease = try #require(lent.lease)
        trial.store.fail(\.isReleased)
        await #expect(throws: PipelineRefusal.self) {
            if byID {
                _ = try await trial.engine.acknowledge(
                    chunks: ["c1", "c2", "c1"], leases: [lease], of: id, by: EngineTrial.caller)
            } else {
                _ = try await trial.engine.acknowledge(lease: lease, of: id, by: EngineTrial.caller)
            }
        }
        trial.store.heal()
        _ = try await trial.engine.acknowledge(chunks: ["c1", "c2", "c2"], of: id, by: EngineTrial.caller)
        #expect(try await trial.pull(id).ids == [])
        #expect(try trial.status(id).outputUsed == 0)
        #expect(trial.engine.totals.chunksDelivered == 2)
    }

    @Test func aPushThatFailsIsRefusedAndCanBeRepeated() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        trial.store.fail(\.isAccepted)
        await #expect(throws: PipelineRefusal.storeFailed(String(describing: FaultyPipelineStore.fault))) {
            try await trial.push([1, 2], to: id)
        }
        #expect(try trial.status(id).inputUsed == 0)
        #expect(try trial.status(id).state == .created)
        trial.store.heal()
        try await trial.push([1, 2], to: id)
        try await trial.finished(id, 2)
        #expect(try EngineTrial.results(try await trial.pull(id)) == ["c1": "2", "c2": "4"])
        #expect(trial.engine.totals.chunksAccepted == 2)
    }

    @Test func aRepeatOfAPushThatFailsIsRefusedWithIt() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        trial.store.hold()
        let first = Task { try await trial.push([1], to: id) }
        try await trial.until("the first push waits") { trial.store.waiting == 1 }
        let second = Task { try await trial.push([1, 2], to: id) }
        try await trial.until("the second push waits") { trial.store.waiting == 2 }
        trial.store.fail { change in
            if case .accepted(_, let chunk, _) = change { chunk.id == "c1" } else { false }
        }
        trial.store.flow()
        await #expect(throws: PipelineRefusal.self) { try await first.value }
        await #expect(throws: PipelineRefusal.self) { try await second.value }
        trial.store.heal()
        // The second chunk of the second push was taken, and is not run twice.
        #expect(try await trial.push([1, 2], to: id).counts.chunksSubmitted == 2)
        try await trial.finished(id, 2)
        #expect(try EngineTrial.results(try await trial.pull(id)) == ["c1": "2", "c2": "4"])
    }

    @Test func aResultThatCannotBeStoredIsStoredLater() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        trial.store.fail(\.isFinished)
        try await trial.push([1, 2, 3], to: id)
        try await trial.until("the store has failed three times") { trial.engine.totals.storeFailures >= 3 }
        trial.advance(.seconds(1))
        #expect(try trial.status(id).counts.chunksCompleted == 0)
        #expect(try await trial.pull(id).ids == [])
        trial.store.heal()
        try await trial.finished(id, 3)
        #expect(try EngineTrial.results(try await trial.pull(id)).count == 3)
        #expect(trial.engine.totals.chunksFinished == 3)
    }

    @Test func aCreationThatFailsLeavesNothing() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        trial.store.hold()
        let first = Task { try await trial.create(requestID: "r") }
        try await trial.until("the first waits") { trial.store.waiting == 1 }
        let repeated = Task { try await trial.create(requestID: "r") }
        try await trial.until("the repeat waits") { trial.store.waiting == 2 }
        trial.store.fail(\.isPipeline)
        trial.store.flow()
        await #expect(throws: PipelineRefusal.self) { try await first.value }
        await #expect(throws: PipelineRefusal.self) { try await repeated.value }
        #expect(trial.engine.pipelines(by: EngineTrial.caller).isEmpty)
        #expect(trial.engine.use(of: "t").pipelines == 0)
        trial.store.heal()
        let id = try await trial.create(requestID: "r")
        #expect(try await trial.create(requestID: "r") == id)
        #expect(try trial.store.load().map(\.pipeline.id) == [id])
    }

    @Test(arguments: [false, true])
    func anEndThatTheStoreCouldNotTakeIsDurableSoonAfter(isCancel: Bool) async throws {
        let trial = try EngineTrial(services: [EngineTrial.double, EngineFaultTests.stuck(Gate())])
        defer { trial.engine.stop() }
        let id = try await trial.create("f/stuck")
        try await trial.push([1, 2, 3], to: id)
        trial.store.fail(\.isPipeline)
        await #expect(throws: PipelineRefusal.self) {
            if isCancel {
                _ = try await trial.engine.cancel(id, by: EngineTrial.caller)
            } else {
                _ = try await trial.engine.close(id, by: EngineTrial.caller)
            }
        }
        trial.store.heal()
        trial.advance(.seconds(1))
        // Whoever flushes may be another thread.
        try await trial.until("the end is stored") {
            let stored = try #require(try trial.store.load().first)
            let state = try JSONValue(parsing: stored.pipeline.body)["state"]?.stringValue
            return state == (isCancel ? "cancelled" : "closed")
                && (!isCancel || stored.chunks.allSatisfy { $0.state == .dropped })
        }
        _ = try? await trial.engine.cancel(id, by: EngineTrial.caller)
    }

    @Test func aPipelineThatTheStoreCouldNotForgetIsForgottenLater() async throws {
        let trial = try EngineTrial()
        defer { trial.engine.stop() }
        let id = try await trial.create()
        _ = try await trial.engine.close(id, by: EngineTrial.caller)
        trial.store.fail(\.isRemoved)
        trial.advance(.seconds(3600))
        #expect(throws: PipelineRefusal.unknownPipeline) { try trial.status(id) }
        #expect(try trial.store.load().count == 1)
        trial.store.heal()
        try await trial.until("it is forgotten", ticking: true) { try trial.store.load().isEmpty }
    }

    @Test func payloadsThatAreNotInMemoryAreReadFromTheStore() async throws {
        let trial = try EngineTrial(ComputeOptions(workers: 2, memoryBytes: 0))
        defer { trial.engine.stop() }
        let id = try await trial.create()
        trial.store.failToRead()
        try await trial.push([1, 2], to: id)
        try await trial.until("reading has failed") {
            try trial.status(id).counts.chunksCompleted == 0 && trial.engine.state.withLock { $0.fair.isEmpty }
        }
        trial.store.heal()
        try await trial.finished(id, 2)
        #expect(trial.engine.state.withLock { $0.retained } == 0)
        trial.store.failToRead()
        await #expect(throws: PipelineRefusal.self) { try await trial.pull(id) }
        trial.store.heal()
        #expect(try EngineTrial.results(try await trial.pull(id)) == ["c1": "2", "c2": "4"])
    }

    @Test func aServiceThatDoesNotStartIsTriedAgainAndThenItsRecordsFail() async throws {
        let attempts = Atomic(0)
        let runner = FailingRunner { attempts.add(1, ordering: .relaxed) }
        let service = Service(
            serviceID: "x", versionID: "x", folder: "f", name: "broken", version: "1", outputs: ["n"], runner: runner)
        let trial = try EngineTrial(ComputeOptions(workers: 2, startAttempts: 3), services: [service])
        defer { trial.engine.stop() }
        let id = try await trial.create("f/broken")
        try await trial.push([1], to: id)
        try await trial.until("it was tried once") { attempts.load(ordering: .relaxed) == 1 }
        trial.engine.tick()
        #expect(attempts.load(ordering: .relaxed) == 1)
        try await trial.finished(id, 1)
        #expect(attempts.load(ordering: .relaxed) == 3)
        let pulled = try await trial.pull(id)
        let errors = try JSONValue(parsing: pulled.results[0])["errors"]?.description ?? ""
        #expect(errors.contains(#""error_category":"not_run""#))
        #expect(errors.contains("there is no interpreter"))
        #expect(try trial.status(id).counts.recordsFailed == 1)
        #expect(try trial.status(id).workersInUse == 0)
    }

    @Test func cancellingEndsWhatRuns() async throws {
        let gate = Gate()
        let trial = try EngineTrial(services: [EngineFaultTests.stuck(gate), EngineTrial.double])
        defer { trial.engine.stop() }
        let id = try await trial.create("f/stuck")
        try await trial.push([1, 2, 3], to: id)
        try await trial.until("two run") { gate.inside == 2 }
        #expect(try trial.status(id).workersInUse == 2)
        _ = try await trial.engine.cancel(id, by: EngineTrial.caller)
        try await trial.until("nothing runs") { try trial.status(id).workersInUse == 0 }
        #expect(gate.inside == 0)
        let other = try await trial.create()
        try await trial.push([5], to: other)
        try await trial.finished(other, 1)
        #expect(trial.engine.use(of: "t").inputUsed == 0)
    }

    @Test func whatIsStoppedInTheMiddleRunsAgainAndIsNoError() async throws {
        let gate = Gate()
        let store = FaultyPipelineStore()
        let trial = try EngineTrial(
            ComputeOptions(workers: 2, startAttempts: 1), services: [EngineFaultTests.stuck(gate)], store: store)
        let id = try await trial.create("f/stuck")
        try await trial.push([1, 2, 3], to: id)
        try await trial.until("two run") { gate.inside == 2 }
        trial.engine.stop()
        try await trial.until("nothing runs") { gate.inside == 0 }
        try await trial.until("all workers are free") { trial.engine.use(of: "t").workersInUse == 0 }
        await #expect(throws: PipelineRefusal.stopping) { try await trial.push([4], to: id) }
        await #expect(throws: PipelineRefusal.stopping) { try await trial.pull(id) }
        gate.open()
        let again = try EngineTrial(services: [EngineFaultTests.stuck(gate)], store: store)
        defer { again.engine.stop() }
        try await again.finished(id, 3)
        #expect(try EngineTrial.results(try await again.pull(id)) == ["c1": "1", "c2": "2", "c3": "3"])
        #expect(try again.status(id).counts.recordsFailed == 0)
    }

    /// A service whose calls wait at a gate, and are lost when their worker is stopped.
    static func stuck(_ gate: Gate, limits: ServiceLimits = ServiceLimits()) -> Service {
        Service(
            serviceID: "k", versionID: "k", folder: "f", name: "stuck", version: "1", limits: limits,
            runner: GatedRunner(gate: gate))
    }
}

/// A service that never starts.
struct FailingRunner: ServiceRunner {
    let onAttempt: @Sendable () -> Void

    func makeWorker() throws -> any ServiceWorker {
        onAttempt()
        throw CartloadError(.chunkNotRun, "there is no interpreter")
    }
}

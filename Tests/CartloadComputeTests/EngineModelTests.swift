// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Synchronization
import Testing

@testable import CartloadCompute

/// Several clients push, pull, lend, acknowledge and end pipelines at random, while the store fails, answers late, and the
/// process is stopped or killed; each chunk that was accepted comes back exactly once.
@Suite(.serialized) struct EngineModelTests {
    /// What clients know.
    final class Model: Sendable {
        struct State {
            var pushed: [String: Set<Int>] = [:]
            var received: [String: Set<Int>] = [:]
            var faults: [String] = []
            var restarts = 0
            var failures = 0
        }

        let state = Mutex(State())

        func pushed(_ numbers: [Int], to id: String) {
            state.withLock { $0.pushed[id, default: []].formUnion(numbers) }
        }

        /// Results that are the client's for good.
        func received(_ results: [String: String], of id: String) {
            state.withLock { state in
                for (chunk, output) in results {
                    let number = Int(chunk.dropFirst()) ?? -1
                    if output != String(number * 2) { state.faults.append("\(chunk) of \(id) has become \(output)") }
                    if !state.received[id, default: []].insert(number).inserted {
                        state.faults.append("\(chunk) of \(id) came twice")
                    }
                }
            }
        }
    }

    /// The engine of the moment, over one store.
    final class Host: Sendable {
        let store = MemoryPipelineStore()
        let clock = ManualClock(.seconds(10))
        private let current: Mutex<EngineTrial>
        private let options: ComputeOptions

        init(_ options: ComputeOptions) throws {
            self.options = options
            current = Mutex(try EngineTrial(options, store: FaultyPipelineStore(store), clock: clock))
        }

        var trial: EngineTrial { current.withLock { $0 } }

        func restart(killed: Bool) throws {
            let old = trial
            if killed { old.store.crash() }
            old.engine.stop()
            old.store.crash()
            let next = try EngineTrial(options, store: FaultyPipelineStore(store), clock: clock)
            current.withLock { $0 = next }
        }
    }

    private func push(_ host: Host, _ model: Model, _ id: String, numbers: Range<Int>, _ seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        var next = numbers.lowerBound
        while next < numbers.upperBound {
            let end = min(numbers.upperBound, next + Int.random(in: 1...4, using: &random))
            var wanted = Array(next..<end)
            if Bool.random(using: &random), next > numbers.lowerBound { wanted.append(next - 1) }
            do {
                try await host.trial.push(wanted, to: id)
                model.pushed(wanted, to: id)
                next = end
            } catch {
                // The same again.
                model.state.withLock { $0.failures += 1 }
                await Task.yield()
            }
        }
    }

    private func pull(_ host: Host, _ model: Model, _ id: String, _ count: Int, _ seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        while model.state.withLock({ $0.received[id]?.count ?? 0 }) < count {
            let trial = host.trial
            let limit = Int.random(in: 1...5, using: &random)
            do {
                if Bool.random(using: &random) {
                    model.received(try EngineTrial.results(try await trial.pull(id, limit)), of: id)
                } else {
                    let lent = try await trial.pull(id, limit, lease: .seconds(Int.random(in: 1...20, using: &random)))
                    // Now and then a client forgets them, and the lease comes to its end.
                    if let lease = lent.lease, Int.random(in: 0..<4, using: &random) > 0 {
                        let results = try EngineTrial.results(lent)
                        _ = try await trial.engine.acknowledge(lease: lease, of: id, by: EngineTrial.caller)
                        model.received(results, of: id)
                    }
                }
            } catch {
                model.state.withLock { $0.failures += 1 }
            }
            await Task.yield()
            if Task.isCancelled { return }
        }
    }

    /// Makes time go on, the store fail, and the process end, until it is cancelled.
    private func disturb(_ host: Host, _ model: Model, _ seed: UInt64, kills: Bool) async throws {
        var random = SeededGenerator(seed: seed)
        while !Task.isCancelled {
            let trial = host.trial
            trial.advance(.milliseconds(Int.random(in: 50...1500, using: &random)))
            switch Int.random(in: 0..<30, using: &random) {
            case 0, 1: trial.store.fail { _ in Int.random(in: 0..<3) == 0 }
            case 2...6: trial.store.heal()
            case 7: trial.store.hold()
            case 8...10: trial.store.flow()
            case 11...13: trial.store.letGo(2)
            case 14: trial.store.failToRead()
            case 15 where kills:
                try host.restart(killed: Bool.random(using: &random))
                model.state.withLock { $0.restarts += 1 }
            default: break
            }
            for _ in 0..<Int.random(in: 1...20, using: &random) { await Task.yield() }
        }
        host.trial.store.heal()
        host.trial.store.flow()
    }

    @Test(arguments: 0..<12)
    func eachAcceptedChunkComesBackExactlyOnce(run: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        let options = ComputeOptions(
            workers: 3, memoryBytes: run % 3 == 0 ? 0 : 1 << 20, pullBytes: 300, startAttempts: 1000,
            startDelay: .milliseconds(100))
        let host = try Host(options)
        let model = Model()
        let configuration = PipelineConfiguration(initialWorkers: 1, maximumWorkers: 3, outputBytes: 2000)
        let ids = [
            try await host.trial.create("f/double", configuration),
            try await host.trial.create("f/double", configuration),
        ]
        let count = 120
        let disturbing = Task { try await disturb(host, model, seed, kills: run % 2 == 1) }
        let watchdog = ContinuousClock.now + .seconds(600)
        await withTaskGroup(of: Void.self) { group in
            for (index, id) in ids.enumerated() {
                // Two push the same chunks, and two pull.
                for copy in 0..<2 {
                    let own = seed &+ UInt64(index * 10 + copy)
                    group.addTask { await self.push(host, model, id, numbers: 0..<count, own) }
                    group.addTask { await self.pull(host, model, id, count, own &+ 5) }
                }
            }
            group.addTask {
                while ContinuousClock.now < watchdog,
                    ids.contains(where: { id in
                        model.state.withLock {
                            ($0.received[id]?.count ?? 0) < count || $0.pushed[id]?.count ?? 0 < count
                        }
                    })
                { await Task.yield() }
            }
            if await group.next() == nil { group.cancelAll() }
            while ContinuousClock.now < watchdog, !group.isEmpty { await group.next() }
            group.cancelAll()
        }
        disturbing.cancel()
        _ = try await disturbing.value
        let state = model.state.withLock { $0 }
        #expect(state.faults == [], "seed \(seed)")
        for id in ids {
            #expect(state.received[id] == Set(0..<count), "seed \(seed), \(state.restarts) restarts")
        }
        let trial = host.trial
        for id in ids {
            _ = try await trial.engine.close(id, by: EngineTrial.caller)
            let status = try trial.status(id)
            #expect(status.state == .completed, "seed \(seed)")
            #expect(status.counts.chunksSubmitted == count, "seed \(seed)")
            #expect(status.counts.chunksCompleted == count, "seed \(seed)")
            #expect((status.inputUsed, status.outputUsed) == (0, 0), "seed \(seed)")
        }
        let use = trial.engine.use(of: "t")
        #expect((use.inputUsed, use.outputUsed) == (0, 0), "seed \(seed)")
        #expect(trial.engine.state.withLock { $0.retained } == 0, "seed \(seed)")
        trial.advance(.seconds(4000))
        try await trial.until("all is forgotten", ticking: true) { try host.store.load().isEmpty }
        trial.engine.stop()
        print("\(state.restarts) restarts, \(state.failures) refusals")
    }
}

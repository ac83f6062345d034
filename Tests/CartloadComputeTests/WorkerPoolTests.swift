// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import CartloadTesting
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
    private func limits(_ workers: Int? = nil, idle: Int = 60) -> ServiceLimits {
        ServiceLimits(maximumWorkers: workers, idleTime: .seconds(idle))
    }

    @Test func aWorkerIsKeptForTheNextCallOfItsService() throws {
        let runner = SimulatedRunner()
        let pool = WorkerPool()
        for _ in 0..<5 { pool.giveBack(try pool.take(runner.service())) }
        #expect(runner.log.withLock { $0.made } == 1)
        pool.giveBack(try pool.take(runner.service("2")))
        #expect(runner.log.withLock { $0.made } == 2)
        #expect(pool.counts["1"]?.idle == 1)
        #expect(pool.counts["2"]?.started == 1)
    }

    @Test func aWorkerOfAnotherRevisionIsNotUsed() throws {
        let runner = SimulatedRunner()
        let pool = WorkerPool()
        pool.giveBack(try pool.take(runner.service(revision: "a", limits: limits(1))))
        let lease = try pool.take(runner.service(revision: "b", limits: limits(1)))
        // The old one makes room, because there may be only one.
        #expect(runner.log.withLock { [$0.made, $0.stopped] } == [2, 1])
        pool.giveBack(lease)
        #expect(pool.counts["1"]?.idle == 1)
    }

    @Test func idleWorkersAreStoppedWhenTheirTimeHasCome() throws {
        let time = Mutex(Duration.zero)
        let runner = SimulatedRunner()
        let pool = WorkerPool(now: { time.withLock { $0 } })
        let leases = try [limits(idle: 10), limits(idle: 20)].map { try pool.take(runner.service(limits: $0)) }
        for lease in leases { pool.giveBack(lease) }
        var idle: [Int] = []
        for seconds in [9, 10, 19, 20] {
            time.withLock { $0 = .seconds(seconds) }
            pool.stopIdle()
            idle.append(pool.counts["1"]?.idle ?? -1)
        }
        #expect(idle == [2, 1, 1, 0])
        #expect(runner.log.withLock { $0.stopped } == 2)
    }

    @Test func noMoreThanAServiceMayHaveAreLent() throws {
        let runner = SimulatedRunner()
        let pool = WorkerPool()
        let service = runner.service(limits: limits(2))
        let first = try pool.take(service)
        _ = try pool.take(service)
        let error = #expect(throws: CartloadError.self) { try pool.take(service) }
        #expect(error?.code == .workersBusy)
        pool.lose(first)
        _ = try pool.take(service)
        #expect(pool.counts["1"]?.lost == 1)
    }

    @Test func anIdleWorkerOfAnotherServiceMakesRoomWhenThePoolIsFull() throws {
        let runner = SimulatedRunner()
        let pool = WorkerPool(options: .init(maximumWorkers: 2))
        pool.giveBack(try pool.take(runner.service("old")))
        pool.giveBack(try pool.take(runner.service("newer")))
        let first = try pool.take(runner.service("x"))
        #expect(pool.counts["old"]?.idle == 0)
        #expect(pool.counts["newer"]?.idle == 1)
        let second = try pool.take(runner.service("x"))
        #expect(throws: CartloadError.self) { try pool.take(runner.service("y")) }
        pool.giveBack(first)
        pool.giveBack(second)
        #expect(runner.log.withLock { $0.stopped } == 2)
    }

    @Test func aWorkerThatEndedWhileItWaitedIsNotLent() throws {
        let runner = SimulatedRunner()
        let pool = WorkerPool()
        let lease = try pool.take(runner.service())
        pool.giveBack(lease)
        lease.worker.stop()
        let next = try pool.take(runner.service())
        #expect(next.worker !== lease.worker)
        #expect(pool.counts["1"]?.lost == 0)
    }

    @Test func aStoppedPoolStopsAllWorkersAndLendsNone() throws {
        let runner = SimulatedRunner()
        let pool = WorkerPool()
        let busy = try pool.take(runner.service())
        pool.giveBack(try pool.take(runner.service()))
        pool.stopAll()
        #expect(runner.log.withLock { $0.stopped } == 2)
        #expect(throws: CartloadError.self) { try pool.take(runner.service()) }
        pool.giveBack(busy)
        #expect(pool.counts["1"]?.idle == 0)
    }

    @Test func countsAreRightWhenManyThreadsUseIt() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let runner = SimulatedRunner()
        let pool = WorkerPool(options: .init(maximumWorkers: 4))
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: seed &+ UInt64(task))
                    for _ in 0..<500 {
                        let service = runner.service(["a", "b", "c"].randomElement(using: &random) ?? "a")
                        guard var lease = try? pool.take(service) else { continue }
                        if Int.random(in: 0..<4, using: &random) == 0 {
                            guard let other = try? pool.replace(lease, of: service) else { continue }
                            lease = other
                        }
                        if Bool.random(using: &random) { pool.giveBack(lease) } else { pool.lose(lease) }
                    }
                }
            }
        }
        let counts = pool.counts.values
        #expect(counts.allSatisfy { $0.busy == 0 && $0.idle >= 0 }, "seed \(seed)")
        #expect(counts.reduce(0) { $0 + $1.idle } <= 4, "seed \(seed)")
        #expect(counts.reduce(0) { $0 + $1.started } == runner.log.withLock { $0.made }, "seed \(seed)")
    }
}

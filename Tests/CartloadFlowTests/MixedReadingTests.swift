// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Testing

@testable import CartloadFlow

@Suite struct MixedReadingTests {
    private struct Broken: Error {}

    private func sorted(_ records: [JSONObject]) -> [JSONObject] {
        records.sorted {
            ($0["batch"]?.intValue ?? 0, $0["record"]?.intValue ?? 0)
                < ($1["batch"]?.intValue ?? 0, $1["record"]?.intValue ?? 0)
        }
    }

    private func run(
        _ source: ComposedSource, _ destination: MemoryDestination, _ policy: BatchFailurePolicy = BatchFailurePolicy(),
        clock: RunClock = .system, meter: RunMeter? = nil
    ) async throws {
        let link = Link(
            "mixed", source: source, outlets: [Outlet("memory", destination)], batchFailures: policy)
        try await FlowRun(link, options: EngineOptions(workers: 2, clock: clock), meter: meter).run()
    }

    @Test(arguments: [true, false], [1, 3, 8])
    func everyRecordComesOnceAndThoseOfABatchInOrder(_ resumesInside: Bool, _ concurrency: Int) async throws {
        var source = ComposedSource(sizes: [5, 0, 7, 1, 12, 3, 3, 9])
        source.resumesInside = resumesInside
        source.concurrency = concurrency
        let destination = MemoryDestination()
        try await run(source, destination)
        let records = destination.records(of: "s")
        #expect(sorted(records) == source.everything)
        for batch in source.sizes.indices {
            let own = records.filter { $0["batch"]?.intValue == batch }.compactMap { $0["record"]?.intValue }
            #expect(own == Array(0..<source.sizes[batch]))
        }
    }

    @Test func batchesAreReadAtTheSameTime() async throws {
        // Each batch waits until all four have begun: in order, one after another, this would never end.
        let begun = Shared(Set<Int>())
        var source = ComposedSource(sizes: [4, 4, 4, 4])
        source.before = { batch, _ in
            begun.withLock { _ = $0.insert(batch) }
            while begun.withLock({ $0.count }) < 4 { await Task.yield() }
        }
        let destination = MemoryDestination()
        try await run(source, destination)
        #expect(sorted(destination.records(of: "s")) == source.everything)
    }

    /// Runs that end anywhere and are resumed: nothing is lost, nothing comes twice, no done batch is read again.
    @Test(arguments: Array(UInt64(1)...60))
    func randomEndsLoseAndRepeatNothing(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var source = ComposedSource(sizes: (0..<12).map { _ in random.below(9) })
        source.concurrency = 1 + random.below(5)
        source.resumesInside = random.below(2) == 0
        let destination = MemoryDestination()
        for _ in 0..<6 {
            let left = Shared(random.below(12))
            source.before = { _, _ in
                if left.withLock({ left in
                    left -= 1; return left < 0
                }) {
                    throw Broken()
                }
            }
            do { try await run(source, destination) } catch is Broken {}
        }
        source.before = { _, _ in }
        try await run(source, destination)
        #expect(sorted(destination.records(of: "s")) == source.everything, "seed \(seed)")
    }

    @Test func aBatchThatFailsIsTriedAgainFromWhereItCanBe() async throws {
        let failures = Shared(2)
        var source = ComposedSource(sizes: [6])
        source.before = { _, record in
            if record == 4,
                failures.withLock({ left in
                    left -= 1; return left >= 0
                })
            {
                throw Broken()
            }
        }
        let waits = Shared<[Duration]>([])
        let clock = RunClock(
            now: { .zero }, wallSeconds: { 0 }, sleep: { wait in waits.withLock { $0.append(wait) } }, random: { 1 })
        let destination = MemoryDestination()
        try await run(source, destination, BatchFailurePolicy(attempts: 3), clock: clock)
        #expect(destination.records(of: "s") == source.everything)
        #expect(source.reads.withLock { $0.map(\.from) } == [0, 4, 4])
        #expect(waits.withLock { $0 } == [.seconds(1), .seconds(2)])
    }

    @Test func aBatchThatKeepsFailingIsSkippedAndTriedFirstByTheNextRun() async throws {
        var source = ComposedSource(sizes: [2, 2, 2])
        source.concurrency = 1
        source.before = { batch, _ in if batch == 1 { throw Broken() } }
        let destination = MemoryDestination()
        let meter = RunMeter(flow: "mixed")
        try await run(source, destination, BatchFailurePolicy(last: .skip), meter: meter)
        #expect(meter.snapshot.batchesFailed == 1)
        #expect(destination.records(of: "s").compactMap { $0["batch"]?.intValue } == [0, 0, 2, 2])
        source.before = { _, _ in }
        try await run(source, destination)
        #expect(sorted(destination.records(of: "s")) == source.everything)
    }

    @Test func whenOneFailsTheOthersThatRunAreFinishedAndNoneIsBegun() async throws {
        let hasFailed = Shared(false)
        var source = ComposedSource(sizes: [4, 4, 4, 4, 4])
        source.concurrency = 2
        source.before = { batch, record in
            if batch == 0 {
                hasFailed.withLock { $0 = true }
                throw Broken()
            }
            while !hasFailed.withLock({ $0 }) { await Task.yield() }
        }
        let destination = MemoryDestination()
        await #expect(throws: Broken.self) { try await run(source, destination) }
        #expect(Set(destination.records(of: "s").compactMap { $0["batch"]?.intValue }) == [1])
        #expect(source.reads.withLock { $0.map(\.batch).max() } ?? 0 <= 1)
    }

    @Test func aBatchThatNeverEndsRunsIntoItsTimeLimit() async throws {
        var source = ComposedSource(sizes: [2])
        source.before = { _, _ in while !Task.isCancelled { await Task.yield() } }
        let clock = RunClock(now: { .zero }, wallSeconds: { 0 }, sleep: { _ in }, random: { 0 })
        await #expect {
            try await run(
                source, MemoryDestination(), BatchFailurePolicy(timeLimit: .seconds(5)), clock: clock)
        } throws: {
            ($0 as? CartloadError)?.code == .batchTimeout
        }
    }

    @Test func aStopEndsAtAPointToGoOnFrom() async throws {
        var source = ComposedSource(sizes: Array(repeating: 6, count: 20))
        let stop = StopRequest()
        let count = Shared(0)
        source.before = { _, _ in
            if count.withLock({
                $0 += 1; return $0 == 9
            }) {
                stop.request()
            }
        }
        let destination = MemoryDestination()
        let link = Link("mixed", source: source, outlets: [Outlet("memory", destination)])
        let first = FlowRun(link, options: EngineOptions(workers: 2, stop: stop))
        try await first.run()
        #expect(first.meter.snapshot.isStopped)
        source.before = { _, _ in }
        try await run(source, destination)
        #expect(sorted(destination.records(of: "s")) == source.everything)
    }
}

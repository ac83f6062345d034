// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Testing

@testable import CartloadFlow

/// What a run that was killed leaves behind, and what the next one makes of it.
@Suite struct ComposedStateTests {
    private struct Killed: Error {}

    private func link(_ source: any Source, _ destination: MemoryDestination) -> Link {
        Link("state", source: source, outlets: [Outlet("memory", destination)])
    }

    private func saved(_ destination: MemoryDestination) async throws -> Checkpoint? {
        try await destination.lastCommit(of: DestinationStream("s", checkpointID: "state/s"))?.checkpoint
    }

    private func sorted(_ records: [JSONObject]) -> [JSONObject] {
        records.sorted {
            ($0["batch"]?.intValue ?? 0, $0["record"]?.intValue ?? 0)
                < ($1["batch"]?.intValue ?? 0, $1["record"]?.intValue ?? 0)
        }
    }

    /// Which batches a checkpoint says are done, and from where it has others read.
    private func known(_ checkpoint: Checkpoint?, _ count: Int) -> (done: Set<Int>, places: [Int: Int]) {
        let value = checkpoint?.value
        var done = Set(0..<(value?["up_to"]?["batches"]?.intValue ?? 0))
        let names = Set((value?["done"]?.arrayValue ?? []).compactMap(\.stringValue))
        var places: [Int: Int] = [:]
        for batch in 0..<count {
            let name = BatchLedger.name(of: ["batch": .int(batch)])
            if names.contains(name) { done.insert(batch) }
            places[batch] = value?["open"]?[name]?["record"]?.intValue
        }
        return (done, places)
    }

    /// Batches end in random orders, runs are cut off at random places: nothing is lost, nothing is there twice, a batch that
    /// is done is not read again, and one that was in flight is from its last place.
    @Test(arguments: 0..<40) func `A killed run is gone on with, and only what was in flight is read again`(_: Int)
        async throws
    {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let count = 5 + random.below(20)
        var source = ComposedSource(sizes: (0..<count).map { _ in random.below(9) })
        source.concurrency = 1 + random.below(6)
        source.resumesInside = random.below(2) == 0
        let destination = MemoryDestination()
        let kills = 1 + random.below(6)
        for attempt in 0...kills {
            let before = try await saved(destination)
            let (done, places) = known(before, count)
            source.reads.withLock { $0 = [] }
            let left = Shared(attempt == kills ? Int.max : random.below(25))
            let holdUps = Shared(SeededGenerator(seed: UInt64(random.below(1 << 30))))
            let task = Shared<Task<Void, any Error>?>(nil)
            source.before = { _, _ in
                // Who goes on first is chance.
                for _ in 0..<holdUps.withLock({ $0.below(20) }) { await Task.yield() }
                let isOver = left.withLock { left in
                    left -= 1
                    return left < 0
                }
                guard isOver else { return }
                task.withLock { $0?.cancel() }
                throw Killed()
            }
            let run = FlowRun(link(source, destination), options: EngineOptions(workers: 2))
            let running = Task { try await run.run() }
            task.withLock { $0 = running }
            do {
                try await running.value
            } catch is Killed {
            } catch is CancellationError {
            }
            for (batch, from) in source.reads.withLock({ $0 }) {
                #expect(!done.contains(batch), "batch \(batch) was done, seed \(seed)")
                #expect(from == (places[batch] ?? 0), "batch \(batch), seed \(seed)")
            }
            if let checkpoint = try await saved(destination) {
                #expect(checkpoint.description.utf8.count < 4096, "seed \(seed)")
            }
        }
        #expect(sorted(destination.records(of: "s")) == source.everything, "seed \(seed)")
        #expect(
            try await saved(destination)?.value == ["composed": 1, "up_to": ["batches": .int(count)]], "seed \(seed)")
    }

    @Test func `Empty batches have checkpoints, and are not asked for again`() async throws {
        var source = ComposedSource(sizes: [0, 0, 3, 0])
        source.concurrency = 1
        source.before = { _, _ in throw Killed() }
        let destination = MemoryDestination()
        await #expect(throws: Killed.self) { try await FlowRun(link(source, destination)).run() }
        #expect(try await saved(destination)?.value == ["composed": 1, "up_to": ["batches": 2]])
        source.before = { _, _ in }
        source.reads.withLock { $0 = [] }
        try await FlowRun(link(source, destination)).run()
        #expect(source.reads.withLock { $0.map(\.batch) } == [2, 3])
        #expect(try await saved(destination)?.value["up_to"] == ["batches": 4])
    }

    @Test func `Batches that are made after the last checkpoint are not skipped`() async throws {
        // Each batch that is read makes three more known; the run is killed while several wait.
        let known = Shared(1)
        let source = GrowingSource(known: known, limit: 30)
        let destination = MemoryDestination()
        var runs = 0
        while destination.records(of: "s").count < 30, runs < 40 {
            runs += 1
            source.left.withLock { $0 = runs % 5 + 1 }
            do {
                try await FlowRun(link(source, destination), options: EngineOptions(workers: 2)).run()
            } catch is Killed {}
            // What a killed run had found is found anew by the next one.
            known.withLock { $0 = destination.records(of: "s").count + 1 }
        }
        let numbers = destination.records(of: "s").compactMap { $0["batch"]?.intValue }
        #expect(numbers.sorted() == Array(0..<30))
        #expect(runs > 5)
    }

    private struct GrowingSource: Source, LazilyBatchedStream, ComposableStream {
        let known: Shared<Int>
        let limit: Int
        let left = Shared(0)
        var description: StreamDescription { StreamDescription("s", concurrency: 3) }

        func streams() async throws -> [any CartloadCore.Stream] { [self] }

        func batchSequence(since checkpoint: Checkpoint?) async throws -> BatchSequence {
            let next = Shared(checkpoint?.value["batches"]?.intValue ?? 0)
            return BatchSequence {
                let number = next.withLock { next in
                    next += 1
                    return next - 1
                }
                guard number < limit else { return nil }
                while known.withLock({ $0 }) <= number, !Task.isCancelled { await Task.yield() }
                return ["batch": .int(number)]
            }
        }

        func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint?) throws -> Checkpoint {
            Checkpoint(["batches": .int((batch["batch"]?.intValue ?? 0) + 1)])
        }

        func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
            let isOver = left.withLock { left in
                left -= 1
                return left < 0
            }
            if isOver { throw Killed() }
            known.withLock { $0 += 3 }
            try await output.write(RecordBatch(records: [batch.value]))
            try await output.close(batch)
        }
    }

    @Test(arguments: [1, 4]) func `Two batches with the same description are an error that shows it`(concurrency: Int)
        async throws
    {
        let source = TwiceSource(concurrency: concurrency)
        await #expect {
            try await FlowRun(link(source, MemoryDestination())).run()
        } throws: { error in
            guard let error = error as? CartloadError else { return false }
            return error.code == .duplicateBatch && error.message.contains(#"{"day":"Tuesday"}"#)
        }
    }

    private struct TwiceSource: Source, ComposableStream {
        let concurrency: Int
        var description: StreamDescription { StreamDescription("s", concurrency: concurrency) }

        func streams() async throws -> [any CartloadCore.Stream] { [self] }

        func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
            ["Monday", "Tuesday", "Wednesday", "Tuesday"].map { ["day": $0] }
        }

        func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint?) throws -> Checkpoint {
            Checkpoint(.object(batch.value))
        }

        func read(_ batch: BatchDescription, into output: BatchOutput) async throws { try await output.close(batch) }
    }

    // MARK: Checkpoints of others

    /// Numbers from 0 on in ranges of ten; an older version of it had no form, and called the member `last`.
    private struct Numbers: Source, PlannedStream {
        var name = "s"
        var greatest: Int64
        let read = Shared<[Int64]>([])
        var description: StreamDescription { StreamDescription(name) }

        func streams() async throws -> [any CartloadCore.Stream] { [self] }

        private func ranges() throws -> IntegerRanges {
            try IntegerRanges(stream: name, first: 0, width: 10) { old in
                guard let last = old["last"] else {
                    throw CartloadError(.batchCheckpoint, "it is not one of numbers")
                }
                return JSONObject([("through", last)])
            }
        }

        func plan(since checkpoint: Checkpoint?) async throws -> Checkpoint {
            try ranges().plan(since: checkpoint, through: greatest)
        }

        func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
            try checkpoint.map { try ranges().batches(of: $0) } ?? []
        }

        func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint?) throws -> Checkpoint {
            try ranges().checkpoint(after: batch, since: checkpoint)
        }

        func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
            let range = try IntegerRanges.range(of: batch)
            read.withLock { $0 += Array(range) }
            try await output.write(RecordBatch(records: range.map { JSONObject([("n", .int($0))]) }))
            try await output.close(batch)
        }
    }

    /// Numbers that a run reads which begins at a checkpoint.
    private func numbers(since checkpoint: Checkpoint, _ source: Numbers) async throws -> [Int64] {
        let destination = MemoryDestination()
        let writer = try await destination.open(DestinationStream("s", checkpointID: "state/s"))
        _ = try await writer.commit(Commit(sequence: 1, checkpoint: checkpoint))
        var link = link(source, destination)
        link.inlets = [Inlet("source", source, streams: [source.name])]
        try await FlowRun(link).run()
        return source.read.withLock { $0 }
    }

    @Test func `A checkpoint of an older version is migrated, whether or not batches composed then`() async throws {
        for old: JSONValue in [["last": 4], ["composed": 1, "up_to": ["last": 4]]] {
            let numbers = try await numbers(since: Checkpoint(old), Numbers(greatest: 12))
            #expect(numbers == Array(5...12), "\(old)")
        }
    }

    @Test func `A checkpoint of another stream or of a newer version is refused`() async throws {
        let foreign = try await Numbers(name: "other", greatest: 5).plan(since: nil)
        for other in [
            foreign.value, ["composed": 1, "up_to": foreign.value], ["composed": 2, "up_to": ["last": 4]], ["x": 4],
            ["kind": "integer_ranges", "version": 2, "stream": "s", "through": 4],
        ] as [JSONValue] {
            let source = Numbers(greatest: 12)
            let error = await #expect(throws: CartloadError.self) {
                try await numbers(since: Checkpoint(other), source)
            }
            #expect([.batchCheckpoint, .sourceCheckpoint].contains(error?.code), "\(other)")
            #expect(source.read.withLock { $0.isEmpty }, "\(other)")
        }
    }

    @Test func `A checkpoint that names batches which no longer exist is gone on from, and they are forgotten`()
        async throws
    {
        var source = ComposedSource(sizes: [4, 4, 4, 4, 4, 4])
        let others = Shared(0)
        source.before = { batch, record in
            // The first waits until the last two have ended, then fails.
            if batch == 0 {
                while others.withLock({ $0 }) < 10 { await Task.yield() }
                throw Killed()
            }
            others.withLock { $0 += 1 }
        }
        let destination = MemoryDestination()
        await #expect(throws: Killed.self) { try await FlowRun(link(source, destination)).run() }
        let before = try await saved(destination)
        #expect(before?.value["done"]?.arrayValue?.isEmpty == false)
        source.sizes = [4, 4]
        source.before = { _, _ in }
        try await FlowRun(link(source, destination)).run()
        #expect(try await saved(destination)?.value == ["composed": 1, "up_to": ["batches": 2]])
    }
}

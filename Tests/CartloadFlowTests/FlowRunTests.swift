// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadTesting
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite struct FlowRunTests {
    let destination = MemoryDestination()
    let store = MemoryCheckpointStore()
    let clock = ManualClock()
    let meter = RunMeter(flow: "test")

    private func run(
        _ source: any Source, interval: CheckpointInterval = CheckpointInterval(), policy: ErrorPolicy = .fail,
        processors: [any Processor] = [], stop: StopRequest = StopRequest(), blocksInFlight: Int? = nil,
        isFresh: Bool = false
    ) async throws {
        let link = Link(
            "test", source: source, processors: processors, outlets: [Outlet("memory", destination)],
            interval: interval, errorPolicy: policy)
        try await FlowRun(
            link, store: store,
            options: EngineOptions(
                workers: 4, blocksInFlight: blocksInFlight, isFresh: isFresh, stop: stop, clock: clock.runClock),
            meter: meter
        ).run()
    }

    private func ids(_ stream: String = "s") -> [Int?] { destination.records(of: stream).map { $0["id"]?.intValue } }

    @Test(arguments: [1, 2, 5, 50], [1, 2, 30])
    func recordsKeepTheirOrderHoweverManyBatchesAreReadAtOnce(concurrency: Int, blocksInFlight: Int) async throws {
        let source = ScriptedSource(batches: 20, blocks: 5, concurrency: concurrency)
        try await run(source, processors: [Dawdler()], blocksInFlight: blocksInFlight)
        #expect(ids() == Array(0..<300))
        #expect(meter.snapshot.batchesDone == 20)
        #expect(meter.snapshot.recordsRead == 300)
        #expect(meter.snapshot.recordsWritten == 300)
    }

    @Test(arguments: [
        (CheckpointInterval(duration: nil), 5), (CheckpointInterval(records: 3, duration: nil), 20),
        (CheckpointInterval(records: 6, duration: nil), 10), (CheckpointInterval(bytes: 1, duration: nil), 20),
        (CheckpointInterval(duration: .seconds(4)), 6),
    ])
    func commitsComeAtTheEndsOfBatchesAndAtIntervals(interval: CheckpointInterval, commits: Int) async throws {
        // Four blocks of three records in each of five batches; a block takes two seconds.
        let source = ScriptedSource(batches: 5, blocks: 4) { [clock] _ in clock.advance(by: .seconds(2)) }
        try await run(source, interval: interval, blocksInFlight: 1)
        #expect(ids() == Array(0..<60))
        let made = meter.snapshot.destinations.first?.commits ?? 0
        // The end of a batch commits too, and so does the end of the stream.
        // By time there may be more: the reader is ahead of the writer by a few blocks.
        let ends = commits == 5 ? 1 : 10
        #expect(made >= commits && made <= commits + ends, "\(made) commits")
    }

    @Test func aStopRequestCommitsWhatWasReachedAndTheNextRunGoesOn() async throws {
        for stopAt in [0, 1, 7, 15, 59] {
            let stop = StopRequest()
            let destination = MemoryDestination()
            let source = ScriptedSource(batches: 5, blocks: 4) { block in if block == stopAt { stop.request() } }
            func link() -> Link { Link("test", source: source, outlets: [Outlet("memory", destination)]) }
            let store = MemoryCheckpointStore()
            try await FlowRun(
                link(), store: store, options: EngineOptions(workers: 2, stop: stop, clock: clock.runClock),
                meter: meter
            ).run()
            let reached = destination.records(of: "s").count
            #expect(reached % 3 == 0)
            #expect(stopAt == 59 || reached < 60)
            try await FlowRun(
                link(), store: store, options: EngineOptions(workers: 2, clock: clock.runClock), meter: meter
            ).run()
            #expect(destination.records(of: "s").map { $0["id"]?.intValue } == Array(0..<60))
        }
    }

    @Test func aStopGoesOnToAPlaceWhereTheStreamCanBeResumed() async throws {
        for stopAt in 0..<9 {
            let stop = StopRequest()
            let stream = Sparse { if $0 == stopAt { stop.request() } }
            let written = Mutex(0)
            let destination = Counting { count in written.withLock { $0 += count } }
            try await FlowRun(
                Link("l", source: StreamList([stream]), outlets: [Outlet("counting", destination)]),
                options: EngineOptions(workers: 2, stop: stop)
            ).run()
            // A block in three can be resumed after: what was written ends there.
            #expect(written.withLock { $0 } % 3 == 0, "\(stopAt)")
        }
    }

    /// Tells how many records it was given, whether or not they are committed.
    private struct Counting: Destination, DestinationWriter {
        let count: @Sendable (Int) -> Void

        func open(_ stream: DestinationStream) async throws -> any DestinationWriter { self }
        func write(_ batch: PreparedBatch) async throws { count(batch.recordCount) }
        func commit(_ commit: Commit) async throws -> JSONValue { .null }
    }

    /// Single records, of which only every third is followed by a checkpoint.
    private struct Sparse: CartloadCore.Stream {
        let description = StreamDescription("sparse")
        let before: @Sendable (Int) -> Void

        func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
            [["from": .int(checkpoint?.value["done"]?.intValue ?? 0)]]
        }

        func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
            for number in (batch["from"]?.intValue ?? 0)..<30 {
                before(number)
                let checkpoint = number % 3 == 2 ? Checkpoint(["done": .int(number + 1)]) : nil
                try await output.write(RecordBatch(records: [["n": .int(number)]]), checkpoint: checkpoint)
            }
            try await output.close(batch, checkpoint: Checkpoint(["done": 30]))
        }
    }

    @Test func theFirstBadRecordEndsARunThatDoesNotTolerateIt() async throws {
        let error = await #expect(throws: CartloadError.self) {
            try await run(ScriptedSource(batches: 4, blocks: 3, bad: [20]))
        }
        #expect(error?.code.rawValue == "test.bad")
        #expect(error?.location.record == 21)
        #expect(ids() == Array(0..<18))  // the batches before
    }

    @Test(arguments: [nil, 0, 2, 3] as [Int?]) func badRecordsGoToAFileUpToALimit(limit: Int?) async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/rejects.jsonl"
        let source = ScriptedSource(batches: 4, blocks: 3, bad: [1, 20, 33])
        do {
            try await run(source, policy: .reject(file: file, limit: limit))
            #expect(limit == nil || limit == 3)
            #expect(ids() == (0..<36).filter { ![1, 20, 33].contains($0) })
            #expect(meter.snapshot.recordsRejected == 3)
            #expect(try rejected(file) == [2, 21, 34])
        } catch let error as CartloadError {
            #expect(error.code == .tooManyRejects)
            #expect(limit == 0 || limit == 2)
        }
    }

    private func rejected(_ file: String) throws -> [Int] {
        try text(file).split(separator: "\n").compactMap { try JSONValue(parsing: String($0))["record"]?.intValue }
    }

    private func text(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw POSIXFailure(code: errno) }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    @Test func theRejectFileIsCutBackToWhatWasCommitted() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/rejects.jsonl"
        let fails = Shared(true)
        let source = ScriptedSource(batches: 4, blocks: 3, bad: [1, 12, 20, 33]) { block in
            if block == 7 && fails.withLock({ $0 }) { throw CartloadError(.init("test.read"), "made to fail") }
        }
        await #expect(throws: CartloadError.self) {
            try await run(source, policy: .reject(file: file, limit: nil), blocksInFlight: 1)
        }
        fails.withLock { $0 = false }
        try await run(source, policy: .reject(file: file, limit: nil))
        #expect(try rejected(file) == [2, 13, 21, 34])
        #expect(ids() == (0..<36).filter { ![1, 12, 20, 33].contains($0) })
    }

    @Test func streamsShareTheRejectFile() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/rejects.jsonl"
        let source = ScriptedSource(names: ["a", "b", "c"], batches: 2, blocks: 2, bad: [1, 8])
        try await run(source, policy: .reject(file: file, limit: nil))
        #expect(try rejected(file) == [2, 9, 2, 9, 2, 9])
        // A later run has nothing new, and takes nothing away.
        try await run(source, policy: .reject(file: file, limit: nil))
        #expect(try rejected(file) == [2, 9, 2, 9, 2, 9])
        try await run(source, policy: .reject(file: file, limit: nil), isFresh: true)
        #expect(try rejected(file) == [2, 9, 2, 9, 2, 9])
    }

    @Test func aReaderThatWaitsIsLetGoWhenAWriterFails() async throws {
        // Endless, so that the test only ends when the reader is stopped.
        let source = ScriptedSource(batches: 1, blocks: .max, bad: [30])
        let error = await #expect(throws: CartloadError.self) { try await run(source, blocksInFlight: 2) }
        #expect(error?.code.rawValue == "test.bad")
    }

    @Test func aTaskThatIsCancelledEnds() async throws {
        let source = ScriptedSource(batches: 1, blocks: .max)
        let task = Task { try await run(source, blocksInFlight: 2) }
        while meter.snapshot.recordsRead < 30 { await Task.yield() }
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
    }

    @Test func aSourceThatWaitsForeverDoesNotKeepARunFromStopping() async throws {
        for isStopped in [true, false] {
            let stop = StopRequest()
            let source = ScriptedSource(batches: 1, blocks: 1000) { block in
                if block < 5 { return }
                stop.request()
                // As in a read from a pipe that nobody writes to.
                while !Task.isCancelled { usleep(1000) }
                throw CancellationError()
            }
            let destination = MemoryDestination()
            let link = Link("test", source: source, outlets: [Outlet("memory", destination)])
            let options = EngineOptions(
                workers: 2, stop: isStopped ? stop : StopRequest(), clock: clock.runClock)
            let task = Task {
                try await FlowRun(link, store: MemoryCheckpointStore(), options: options, meter: meter).run()
            }
            if isStopped {
                try await task.value
                #expect(destination.records(of: "s").count.isMultiple(of: 3))
            } else {
                while !stop.isRequested { await Task.yield() }
                task.cancel()
                await #expect(throws: (any Error).self) { try await task.value }
            }
        }
    }

    @Test func aDestinationThatForgotItsDataIsNotGivenOnlyWhatIsNew() async throws {
        let source = ScriptedSource(batches: 2, blocks: 2)
        let store = MemoryCheckpointStore()
        func run(_ first: MemoryDestination, _ second: MemoryDestination) async throws {
            let link = Link("test", source: source, outlets: [Outlet("first", first), Outlet("second", second)])
            try await FlowRun(
                link, store: store, options: EngineOptions(workers: 2, clock: clock.runClock), meter: meter
            ).run()
        }
        let kept = MemoryDestination()
        try await run(kept, MemoryDestination())
        let error = await #expect(throws: CartloadError.self) { try await run(kept, MemoryDestination()) }
        #expect(error?.code == .stateDiverged)
        #expect(error?.message.contains("\"second\"") == true)
    }

    @Test func anUnknownStreamIsNamed() async throws {
        let link = Link(
            "test", source: ScriptedSource(names: ["events"], batches: 1, blocks: 1), streams: ["event"],
            outlets: [Outlet("memory", destination)])
        let error = await #expect(throws: CartloadError.self) {
            try await FlowRun(
                link, store: store, options: EngineOptions(workers: 1, clock: clock.runClock), meter: meter
            ).run()
        }
        #expect(error?.code == .unknownStream)
        #expect(error?.advice == "Did you mean \"events\"?")
    }

    /// Lets others overtake.
    private struct Dawdler: Processor {
        func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
            let first = try batch.records().first?.object["id"]?.intValue ?? 0
            for _ in 0..<first * 37 % 50 { sched_yield() }
            return batch
        }

        func schema(from input: Schema) throws -> Schema { input }
    }
}

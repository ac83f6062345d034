// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore
internal import CartloadFlow
internal import Synchronization

/// The workflow between an input and its output: read, push, pull, write, acknowledge, all at once.
///
/// Data goes one way: reader → window → server → window → writer. Only acknowledgements come back, and they leave when the
/// output is durable (I1). Whoever fails stops all; what has its turn by then is written, and the state says how far it is.
final class BatchesRun: Sendable {
    /// Bounds and times of a run.
    struct Limits: Sendable {
        /// How long results are lent; a run that is killed and started again waits so long for those that it had.
        var lease = Duration.seconds(20)
        /// How long the server may wait for results.
        var wait = Duration.seconds(10)
        /// How many requests push at once (I7), where the server has room for everything that is under way.
        var pushes = 3
        /// Bytes of output after which it is made durable.
        var checkpointBytes = 8 << 20
        /// How long outputs may wait to be made durable.
        var checkpointInterval = Duration.milliseconds(500)
        /// How long the last acknowledgements may take when a run is stopped.
        var lastAcknowledgement = Duration.seconds(3)
        /// How long nothing may come, beyond a lease, when the server has nothing to do any more.
        var stall = Duration.seconds(20)
    }

    let limits: Limits
    let window: RunWindow
    let ledger: RunLedger
    let pipeline: RunPipeline
    let meter: BatchesMeter
    let passed: PassedChunks
    let clock: RunClock
    private let note: @Sendable (String) -> Void
    private let channel = BoundedChannel<RunChunk>(capacity: 128)
    private let acknowledgements = BoundedChannel<[Int]>(capacity: 8)
    /// Under which lease chunks came last that are not acknowledged; as many as are lent at most.
    private let leases = Mutex<[Int: String]>([:])
    /// Whether the pipeline has room for the results of everything that is under way.
    ///
    /// Where it has not, chunks are pushed strictly in their order: results that wait for an earlier chunk are not
    /// acknowledged, and could fill the output buffer before that chunk is even taken. Then nothing would move any more.
    private let isRoomy = Mutex(false)
    /// When something was last pushed or pulled.
    private let lastMove: Mutex<Duration>

    init(
        _ window: RunWindow, _ ledger: RunLedger, _ pipeline: RunPipeline, _ meter: BatchesMeter,
        _ passed: PassedChunks, limits: Limits = Limits(), clock: RunClock = .system,
        note: @escaping @Sendable (String) -> Void
    ) {
        self.window = window
        self.ledger = ledger
        self.pipeline = pipeline
        self.meter = meter
        self.passed = passed
        self.limits = limits
        self.clock = clock
        self.note = note
        lastMove = Mutex(clock.now())
    }

    /// Runs to the end, or until it is stopped.
    ///
    /// - Parameters:
    ///   - open: Opens the input, on the thread that reads it.
    ///   - writer: Has the files open; it is left when this returns.
    /// - Returns: Whether everything is written and in its place.
    /// - Throws: What went wrong first.
    func run(
        reading open: @escaping @Sendable () throws -> ChunkReader,
        writing writer: RunWriter
    ) async throws -> Bool {
        let acker = Task { await self.acknowledge() }
        let isDone = await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.guarding { try await ThreadExecutor.run { try await self.read(open) } } }
            group.addTask { await self.guarding { try await self.push() } }
            group.addTask { await self.guarding { try await self.pull() } }
            group.addTask { await self.tick() }
            var isDone = false
            await guarding { isDone = try await ThreadExecutor.run { try await self.write(writer) } }
            window.stop()
            channel.finish()
            group.cancelAll()
            return isDone
        }
        acknowledgements.finish()
        // Whoever wants to stop does not wait for a server that is away.
        let deadline = Task {
            try await clock.sleep(isDone ? limits.lastAcknowledgement * 5 : limits.lastAcknowledgement)
            acker.cancel()
        }
        await acker.value
        deadline.cancel()
        if let failure = window.failure { throw failure }
        return isDone
    }

    /// Runs a part, whose failure stops the others.
    private func guarding(_ body: () async throws -> Void) async {
        do {
            try await body()
        } catch is CancellationError {
            // Somebody else has stopped, and says why.
        } catch let error as BatchesError {
            window.stop(BatchesFailure(error: error).cartloadError)
        } catch {
            window.stop(error)
        }
    }

    // MARK: Reading

    private func read(_ open: () throws -> ChunkReader) async throws {
        var reader = try open()
        var total = ledger.current.next
        let knowsAll = ledger.current.isAllPushed
        while let chunk = try reader.next() {
            total = chunk.index + 1
            let isWritten = ledger.current.written.contains(chunk.index)
            if isWritten { passed.note(chunk) }
            guard let isNew = await window.admit(chunk) else { return }
            guard isNew else { continue }
            meter.change { $0.underWay += chunk.recordCount }
            if !knowsAll || !ledger.current.isAllPushed { try await channel.send(chunk) }
        }
        try window.endInput(at: total)
        channel.finish()
    }

    // MARK: Pushing

    private func push() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var active = 0
            while let first = try await channel.next() {
                var chunks = [first]
                var bytes = first.body.count
                while !channel.isEmpty, chunks.count < PushGroup.maximumChunks, bytes < PushGroup.maximumBytes,
                    let more = try await channel.next()
                {
                    chunks.append(more)
                    bytes += more.body.count
                }
                while active >= (isRoomy.withLock { $0 } ? limits.pushes : 1) {
                    try await group.next()
                    active -= 1
                }
                group.addTask { [chunks] in try await self.push(chunks) }
                active += 1
            }
            try await group.waitForAll()
        }
        guard !window.isStopped || window.isComplete else { return }
        try await close()
    }

    private func push(_ chunks: [RunChunk]) async throws {
        while true {
            let current = try await pipeline.get()
            do {
                let status = try await current.pipeline.push(body: ChunkBody.push(chunks))
                let room = status.outputBufferUsedBytes + status.outputBufferRemainingBytes
                isRoomy.withLock { $0 = room >= 2 * window.maximumBytes }
                moved()
                return
            } catch let error as BatchesError where error.code == "PUSH_TOO_LARGE" && chunks.count > 1 {
                for chunk in chunks { try await push([chunk]) }
                return
            } catch let error as BatchesError where error.isGone {
                try await replace(current)
            }
        }
    }

    /// Tells the server that nothing more comes.
    private func close() async throws {
        while true {
            let current = try await pipeline.get()
            do {
                try ledger.change { $0.isAllPushed = true }
                try await current.pipeline.close()
                return
            } catch let error as BatchesError where error.code == "BATCH_ENDED" || error.kind == .notOpen {
                return  // by an earlier run, or by time; whether results are missing shows when they are pulled
            } catch let error as BatchesError where error.isGone {
                guard window.hasUnanswered else { return }
                try await replace(current)
            }
        }
    }

    private func replace(_ old: RunPipeline.Current) async throws {
        if let status = try? await old.pipeline.getStatus(), status.batchStatus == "cancelled" {
            throw CartloadError(
                .batchesCancelled, "somebody has cancelled pipeline \(old.pipeline.id)",
                advice: "What was written stays; run the same command again to go on with another pipeline.")
        }
        note("Pipeline \(old.pipeline.id) is gone or closed; another one takes what is missing.")
        try await pipeline.replace(old)
        moved()
    }

    // MARK: Pulling

    private func pull() async throws {
        while !window.isComplete, !window.isStopped {
            if window.isAhead { try await clock.sleep(.milliseconds(50)) }
            let current = try await pipeline.get()
            do {
                let pulled = try await current.pipeline.pull(
                    max: window.pullCount, lease: limits.lease, wait: limits.wait)
                for (id, text) in zip(pulled.ids, pulled.texts) { try arrive(id, text, pulled.lease) }
                if !pulled.isEmpty {
                    moved()
                } else {
                    let isIdle =
                        pulled.status.chunksAvailable == 0
                        && pulled.status.chunksCompleted >= pulled.status.chunksSubmitted
                    if isIdle { try await lookForStall(current) }
                }
            } catch let error as BatchesError where error.code == "BATCH_CANCELLED" || error.isGone {
                guard window.hasUnanswered else { return }
                try await replace(current)
            }
        }
    }

    private func arrive(_ id: String, _ text: Bytes, _ lease: String?) throws {
        guard let index = RunChunk.index(id) else { throw RunWindow.unknown(id) }
        leases.withLock { $0[index] = lease }
        if window.arrive(index, text) == .early, window.hasTooManyEarly { throw RunWindow.unknown(id) }
    }

    /// Waits a little where the server has not; when nothing has come for too long, the results are lost.
    private func lookForStall(_ current: RunPipeline.Current) async throws {
        let still = clock.now() - lastMove.withLock { $0 }
        if still > limits.lease + limits.stall, window.hasUnanswered, channel.isEmpty {
            note("Results of pipeline \(current.pipeline.id) do not come; their chunks are run once more.")
            try await replace(current)
        }
        try await clock.sleep(.milliseconds(50))
    }

    private func moved() { lastMove.withLock { $0 = clock.now() } }

    // MARK: Writing

    private func write(_ writer: RunWriter) async throws -> Bool {
        do {
            var last = clock.now()
            while let finished = try await window.next(idle: {
                guard clock.now() - last >= limits.checkpointInterval else { return }
                try await checkpoint(writer)
                last = clock.now()
            }) {
                try writer.write(finished.chunk, finished.answer)
                meter.change { reading in
                    reading.counts = writer.counts
                    reading.bytes = max(reading.bytes, finished.chunk.storedBytes)
                    reading.underWay -= finished.chunk.recordCount
                }
                if writer.waitingBytes >= limits.checkpointBytes || clock.now() - last >= limits.checkpointInterval {
                    try await checkpoint(writer)
                    last = clock.now()
                }
            }
        } catch {
            // What was written before is kept as far as it can be; the first error is the one that counts.
            try? await checkpoint(writer)
            throw error
        }
        guard window.isComplete, window.failure == nil else {
            try await checkpoint(writer)
            return false
        }
        try await send(writer.finish { try ledger.save($0) })
        acknowledgements.finish()
        try writer.publish()
        return true
    }

    private func checkpoint(_ writer: RunWriter) async throws {
        let repeated = window.takeRepeated()
        let written = try writer.checkpoint { try ledger.save($0) }
        try await send(written + repeated.filter { writer.isDurable($0) })
    }

    private func send(_ chunks: [Int]) async throws {
        if !chunks.isEmpty { try await acknowledgements.send(chunks) }
    }

    /// Wakes the writer from time to time, so that what has come becomes durable although nothing follows.
    private func tick() async {
        while !window.isStopped {
            do { try await clock.sleep(limits.checkpointInterval / 2) } catch { return }
            window.wakeWriter()
        }
    }

    // MARK: Acknowledging

    /// Gives away what is durable; results that cannot be are lent again, and known then.
    private func acknowledge() async {
        do {
            while let chunks = try await acknowledgements.next() {
                let isLast = Task.isCancelled || window.isStopped
                let current = try await pipeline.get()
                do {
                    try await acknowledge(chunks, of: current, maximumRetries: isLast ? 1 : nil)
                } catch let error as BatchesError where error.kind != .unauthorized {
                    // One of them is of an earlier pipeline, or the server is away; nothing is lost.
                    continue
                }
            }
        } catch {
            acknowledgements.finish()
        }
    }

    private func acknowledge(_ chunks: [Int], of current: RunPipeline.Current, maximumRetries: Int?) async throws {
        // The latest lease of each: it may have been lent once more since it came first.
        let known = leases.withLock { leases in chunks.map { (chunk: $0, lease: leases[$0] ?? "") } }
        let groups = Dictionary(grouping: known, by: \.lease)
        func send(_ chunks: [Int], _ leases: some Sequence<String>) async throws {
            try await current.pipeline.acknowledge(
                chunks: chunks.map(RunChunk.id), leases: leases.filter { !$0.isEmpty }, maximumRetries: maximumRetries)
        }
        do {
            try await send(chunks, groups.keys.sorted())
        } catch let error as BatchesError where error.code == "CHUNK_LENT" && groups.count > 1 {
            // One was lent in an answer that was lost: it comes again. That keeps back only those of its own pull.
            for (lease, group) in groups {
                do {
                    try await send(group.map(\.chunk), [lease])
                } catch let error as BatchesError where error.code == "CHUNK_LENT" {
                    continue
                }
            }
        }
        leases.withLock { leases in for one in known where leases[one.chunk] == one.lease { leases[one.chunk] = nil } }
    }
}

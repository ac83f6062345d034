// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadCompute

/// A pipeline's machine with a store beside it and a clock that is told what to show.
struct PipelineTrial {
    static let service = Service(
        serviceID: "s", versionID: "v", folder: "f", name: "echo", version: "1.0", runner: ClosureRunner { $0 })

    let store = MemoryPipelineStore()
    let limits: PipelineLimits
    let configuration: PipelineConfiguration
    var machine: PipelineMachine
    var now = Moment(monotonic: .seconds(100), wall: Instant(seconds: 1_000_000))

    init(
        _ configuration: PipelineConfiguration = PipelineConfiguration(), limits: PipelineLimits = PipelineLimits(),
        service: Service? = PipelineTrial.service
    ) {
        self.limits = limits
        self.configuration = configuration
        let definition = PipelineDefinition(
            id: "p", tenant: "t", user: "u", serviceID: "s", versionID: "v", serviceURI: "f/echo[1.0]",
            configuration: configuration, createdAt: now.wall)
        machine = PipelineMachine(
            definition, service: service, selection: OutputSelection(names: nil), limits: limits, now: now)
        commit([.pipeline(machine.record)])
    }

    func commit(_ changes: [StoreChange]) { store.commit(changes) { _ in } }

    mutating func advance(_ time: Duration) {
        now.monotonic += time
        now.wall = now.wall + time
    }

    /// A chunk as it comes in: its data are told apart by `data`, and have about `bytes` bytes.
    static func chunk(_ id: String, records: Int = 1, data: String = "", bytes: Int = 0) throws
        -> (chunk: PushedChunk, digest: Bytes)
    {
        let list = Array(repeating: #"{"a":"\#(data)"}"#, count: records).joined(separator: ",")
        let filler = String(repeating: "x", count: bytes)
        let text = #"{"id":"\#(id)","data":{"inputs":[\#(list)],"parameters":{"fill":"\#(filler)"}}}"#
        let chunk = try PushedChunk(Bytes(text))
        return (chunk, chunk.digest)
    }

    /// Takes chunks in without the store's answer.
    mutating func accept(_ chunks: [(chunk: PushedChunk, digest: Bytes)], room: Int = .max) throws
        -> (new: [Int], repeated: [Int], changes: [StoreChange])
    {
        var changes: [StoreChange] = []
        let (new, repeated) = try machine.accept(chunks, tenantRoom: room, &changes)
        return (new, repeated, changes)
    }

    /// Takes chunks in and makes them durable.
    @discardableResult mutating func push(_ ids: String..., records: Int = 1, bytes: Int = 0) throws -> [Int] {
        let (new, _, changes) = try accept(
            try ids.map { try PipelineTrial.chunk($0, records: records, bytes: bytes) })
        commit(changes)
        machine.accepted(new, now: now)
        return new
    }

    /// Starts a chunk that is there.
    mutating func start() throws -> Int {
        guard let sequence = machine.start() else { throw CartloadError(.chunkNotRun, "there is nothing to run") }
        return sequence
    }

    static func result(_ bytes: Int = 20, failed: Int = 0) -> ChunkResult {
        let text = Bytes(String(repeating: "r", count: bytes))
        return ChunkResult(
            text: text, outcome: ChunkOutcome(failedCount: failed, computeTime: 2, outputBytes: text.count),
            aggregates: Aggregates())
    }

    /// Lets a chunk that runs come to its result, without the store's answer.
    mutating func finish(_ sequence: Int, bytes: Int = 20, failed: Int = 0) -> [StoreChange] {
        var changes: [StoreChange] = []
        _ = machine.finish(sequence, PipelineTrial.result(bytes, failed: failed), &changes)
        return changes
    }

    mutating func stored(_ sequence: Int) {
        var changes: [StoreChange] = []
        machine.stored(sequence, Aggregates(), now: now, &changes)
        commit(changes)
    }

    /// Runs chunks one after another to their stored results.
    @discardableResult mutating func run(_ count: Int = .max, bytes: Int = 20, failed: Int = 0) -> [Int] {
        var ran: [Int] = []
        while ran.count < count, let sequence = machine.start() {
            commit(finish(sequence, bytes: bytes, failed: failed))
            stored(sequence)
            ran.append(sequence)
        }
        return ran
    }

    mutating func take(_ limit: Int = 100, bytes: Int = .max) throws -> [Int] {
        try machine.take(atMost: limit, bytes: bytes, now: now)
    }

    /// Takes results and gives them away.
    @discardableResult mutating func pull(_ limit: Int = 100) throws -> [Int] {
        let taken = try take(limit)
        release(taken)
        return taken
    }

    mutating func release(_ sequences: [Int]) {
        var changes: [StoreChange] = []
        machine.release(sequences, &changes)
        commit(changes)
        machine.delivered(sequences)
    }

    @discardableResult mutating func lease(_ limit: Int, as id: String, for time: Duration = .seconds(10)) throws
        -> [Int]
    {
        let taken = try take(limit)
        machine.lease(taken, as: id, until: now.monotonic + time)
        return taken
    }

    mutating func close() throws {
        var changes: [StoreChange] = []
        try machine.close(now: now, &changes)
        machine.settle(now, &changes)
        commit(changes)
    }

    mutating func cancel(keepsCompleted: Bool = false) throws {
        var changes: [StoreChange] = []
        try machine.cancel(keepsCompleted: keepsCompleted, now: now, &changes)
        commit(changes)
    }

    /// - Returns: Whether it is to be forgotten.
    @discardableResult mutating func tick() -> Bool {
        var changes: [StoreChange] = []
        let isDue = machine.isDue(now)
        let available = machine.counts.chunksAvailable
        let isOver = machine.tick(now: now, &changes)
        if !isDue, isOver || !changes.isEmpty || machine.counts.chunksAvailable != available {
            Issue.record("time does something to a pipeline that is not due")
        }
        commit(changes)
        return isOver
    }

    /// The machine as it is after a crash.
    func restored(service: Service? = PipelineTrial.service) throws -> PipelineTrial {
        var trial = self
        guard let stored = try store.load().first else { return trial }
        trial.machine = try PipelineMachine(
            stored, definition: try PipelineDefinition(stored.pipeline), service: service,
            selection: OutputSelection(names: nil), limits: limits, now: now)
        return trial
    }

    func phases() -> [ChunkSlot.Phase] { machine.slots.map(\.phase) }

    /// What does not add up.
    var faults: [String] {
        var faults: [String] = []
        func sum(_ phases: Set<ChunkSlot.Phase>, _ value: (ChunkSlot) -> Int) -> Int {
            machine.slots.reduce(0) { $0 + (phases.contains($1.phase) ? value($1) : 0) }
        }
        func expect(_ name: String, _ value: Int, _ wanted: Int) {
            if value != wanted { faults.append("\(name) is \(value) and not \(wanted)") }
        }
        let unfinished: Set<ChunkSlot.Phase> = [.accepting, .queued, .running, .storing]
        let finished: Set<ChunkSlot.Phase> = [.available, .leased, .delivering, .delivered]
        expect("inputUsed", machine.inputUsed, sum(unfinished, \.inputBytes))
        expect(
            "outputUsed", machine.outputUsed,
            sum([.storing, .available, .leased, .delivering]) { $0.outcome?.outputBytes ?? 0 })
        expect(
            "retained", machine.retained,
            machine.slots.reduce(0) { $0 + ($1.input?.count ?? 0) + ($1.output?.count ?? 0) })
        expect("available", machine.counts.chunksAvailable, sum([.available]) { _ in 1 })
        expect("available records", machine.counts.recordsAvailable, sum([.available], \.recordCount))
        let submitted = finished.union([.queued, .running, .storing, .dropped])
        expect("submitted", machine.counts.chunksSubmitted, sum(submitted) { _ in 1 })
        expect("submitted records", machine.counts.recordsSubmitted, sum(submitted, \.recordCount))
        let droppedLate = machine.slots.count { $0.phase == .dropped && $0.rank > 0 }
        expect("completed", machine.counts.chunksCompleted, sum(finished) { _ in 1 } + droppedLate)
        expect("hasResults", machine.hasResults ? 1 : 0, min(1, machine.counts.chunksAvailable))
        return faults
    }
}

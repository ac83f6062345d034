// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A pipeline as a pure state machine: requests and events in, changes for the store out; time is passed in.
///
/// The states and what leads from one to the next are the table in `Docs/batches-api.md`. What its chunks take up and have
/// come to, and who has which, are nouns of their own with their own laws; here is only what happens to them together.
struct PipelineMachine: Sendable {
    let definition: PipelineDefinition
    /// What runs its records; nil after a restart without that version.
    var service: Service?
    let selection: OutputSelection
    let limits: PipelineLimits
    private(set) var state: PipelineState
    private(set) var updatedAt: Instant
    private(set) var endedAt: Instant?
    /// Larger than at any change before; whoever shares it out says when it has changed.
    var revision = 0
    var chunks = ChunkTable()
    var tally = PipelineTally()
    /// Chunks that wait to be run.
    var queue = Queue<Int>()
    var workers: WorkerAllowance
    var results = ResultQueue()
    var leases = ChunkLeases()
    var unsaved = UnsavedChanges()
    var lastActivity: Duration

    init(
        _ definition: PipelineDefinition, service: Service?, selection: OutputSelection, limits: PipelineLimits,
        now: Moment
    ) {
        self.definition = definition
        self.service = service
        self.selection = selection
        self.limits = limits
        state = .created
        updatedAt = now.wall
        workers = WorkerAllowance(definition.configuration)
        lastActivity = now.monotonic
    }

    /// A pipeline as it was stored; what ran runs again, and what was leased is available.
    init(
        _ stored: StoredPipeline, definition: PipelineDefinition, service: Service?, selection: OutputSelection,
        limits: PipelineLimits, now: Moment
    ) throws {
        self.init(definition, service: service, selection: selection, limits: limits, now: now)
        let body = try JSONValue(parsing: stored.pipeline.body)
        guard let state = body["state"]?.stringValue.flatMap(PipelineState.init(rawValue:)) else {
            throw PipelineDefinition.damaged(stored.pipeline, "state")
        }
        self.state = state
        updatedAt = body["updated"]?.intValue.map { Instant(microseconds: Int64($0)) } ?? definition.createdAt
        endedAt = body["ended"]?.intValue.map { Instant(microseconds: Int64($0)) }
        for chunk in stored.chunks { try restore(chunk) }
        if state == .created, chunks.count > 0 { self.state = .inProgress }
        if state.isTerminal {
            // It was cancelled while they were on their way to the store.
            let late = queue.removeAll()
            for sequence in late { chunks.drop(sequence) }
            unsaved.add(drops: late)
        }
    }

    private mutating func restore(_ chunk: ChunkRecord) throws {
        // Numbers that were given to chunks that the store could not keep.
        chunks.skip(to: chunk.sequence)
        let phase: ChunkSlot.Phase =
            switch chunk.state {
            case .queued: .queued
            case .finished: .available
            case .delivered: .delivered
            case .dropped: .dropped
            }
        var slot = ChunkSlot(chunk, phase: phase)
        tally.submit(slot)
        if let outcome = chunk.outcome {
            let aggregates = try Aggregates(stored: outcome.aggregates)
            tally.complete(chunk.sequence, slot, outcome, aggregates, at: nil)
            slot.rank = results.nextRank()
        }
        switch chunk.state {
        case .queued: queue.append(chunk.sequence)
        case .finished: results.append(chunk.sequence, rank: slot.rank)
        case .delivered, .dropped: slot.forgetAggregates()
        }
        chunks.append(slot)
    }

    /// As it is stored.
    var record: PipelineRecord { definition.record(state, updatedAt: updatedAt, endedAt: endedAt) }

    var activity: PipelineActivity {
        if !state.isOpen { return .closed }
        if chunks.unfinished == 0 { return .idle }
        return running == 0 && isOutputFull ? .paused : .active
    }

    var isOutputFull: Bool { outputUsed >= definition.configuration.outputBytes }

    /// Whether a chunk could start now, if there is a worker.
    var isRunnable: Bool { service != nil && !queue.isEmpty && !isOutputFull && workers.mayStart }

    /// Whether there is something to pull.
    var hasResults: Bool { !results.isEmpty }

    /// Somebody asked for something other than the state.
    mutating func touch(_ now: Moment) { lastActivity = now.monotonic }

    /// Goes on to a state, which is stored.
    mutating func enter(_ next: PipelineState, _ now: Moment, _ changes: inout [StoreChange]) {
        state = next
        updatedAt = now.wall
        if next.isTerminal { endedAt = now.wall }
        changes.append(.pipeline(record))
    }

    // MARK: Running

    /// Chunks are durable: they can run.
    mutating func accepted(_ sequences: [Int], now: Moment) {
        touch(now)
        for sequence in sequences where chunks.phase(sequence) == .accepting {
            chunks.move(sequence, to: .queued)
            queue.append(sequence)
            tally.submit(chunks.slots[sequence])
        }
        if state == .created, !sequences.isEmpty {
            state = .inProgress
            updatedAt = now.wall
        }
    }

    /// The next chunk to run.
    mutating func start() -> Int? {
        guard isRunnable, let sequence = queue.popFirst() else { return nil }
        chunks.move(sequence, to: .running)
        workers.start()
        return sequence
    }

    /// A chunk could not be run, through no fault of its own: it waits again, and with it all others.
    mutating func giveBack(_ sequence: Int, until: Duration) {
        workers.giveBack()
        guard chunks.phase(sequence) == .running else { return }
        chunks.giveBack(sequence)
        workers.pause(until: until)
        queue.prepend([sequence])
    }

    /// A chunk has run.
    ///
    /// - Returns: Whether the result is wanted: the pipeline was not cancelled.
    mutating func finish(_ sequence: Int, _ result: ChunkResult, _ changes: inout [StoreChange]) -> Bool {
        workers.finish(hasMore: !queue.isEmpty)
        guard chunks.phase(sequence) == .running else { return false }
        chunks.finish(sequence, result.outcome, output: result.text)
        changes.append(
            .finished(pipeline: definition.id, sequence: sequence, result.outcome, output: result.text))
        return true
    }

    /// The result of a chunk is durable: it can be pulled (I1).
    mutating func stored(_ sequence: Int, _ aggregates: Aggregates, now: Moment, _ changes: inout [StoreChange]) {
        guard chunks.phase(sequence) == .storing, let outcome = chunks.slots[sequence].outcome else { return }
        let rank = results.nextRank()
        chunks.store(sequence, rank: rank)
        results.append(sequence, rank: rank)
        tally.complete(sequence, chunks.slots[sequence], outcome, aggregates, at: now.monotonic)
        touch(now)
        settle(now, &changes)
    }
}

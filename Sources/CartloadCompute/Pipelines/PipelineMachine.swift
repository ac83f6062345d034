// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A pipeline as a pure state machine: requests and events in, changes for the store out; time is passed in.
///
/// The states and what leads from one to the next are the table in `Docs/batches-api.md`.
struct PipelineMachine: Sendable {
    let definition: PipelineDefinition
    /// What runs its records; nil after a restart without that version.
    var service: Service?
    let selection: OutputSelection
    let limits: PipelineLimits
    private(set) var state: PipelineState
    private(set) var updatedAt: Instant
    private(set) var endedAt: Instant?
    private(set) var slots: [ChunkSlot] = []
    private(set) var counts = PipelineCounts()
    private(set) var aggregates = Aggregates()
    /// Bytes of chunks that are accepted and whose results are not stored.
    private(set) var inputUsed = 0
    /// Bytes of results that are not delivered.
    private(set) var outputUsed = 0
    private(set) var running = 0
    /// How many chunks may run at once now.
    private(set) var allowance: Int
    private var positions: [String: Int] = [:]
    private var queue = Queue<Int>()
    private var available = Queue<Int>()
    private var leases: [String: ChunkLease] = [:]
    /// The last leases that were acknowledged, for who asks again because the answer was lost.
    private var acknowledgedLeases: [String] = []
    private var lastActivity: Duration
    /// Chunks that are accepted and whose results are not stored.
    private var unfinished = 0
    /// Bytes of payloads in memory.
    private(set) var retained = 0
    /// Which chunks have failed records, in the order in which they were finished.
    private(set) var failedChunks: [Int] = []
    private(set) var rate = RecordRate()
    /// Larger than at any change before; whoever shares it out says when it has changed.
    var revision = 0
    /// Until when nothing is started, because workers do not start.
    private var pausedUntil: Duration?
    /// How many results have become available, to tell their order.
    private var ranks = 0
    /// Whether the store has something older than ``record``, because it could not take it.
    private var isUnsaved = false
    /// Chunks that are dropped, and which the store has yet to drop.
    private var unsavedDrops: [Int] = []

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
        allowance = max(1, min(definition.configuration.initialWorkers, definition.configuration.maximumWorkers))
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
        if state == .created, !slots.isEmpty { self.state = .inProgress }
        if state.isTerminal {
            // It was cancelled while they were on their way to the store.
            unsavedDrops = queue.removeAll()
            for sequence in unsavedDrops { drop(sequence) }
        }
    }

    private mutating func restore(_ chunk: ChunkRecord) throws {
        // A number that was given to a chunk that the store could not keep.
        while slots.count < chunk.sequence {
            slots.append(
                ChunkSlot(id: "", digest: Bytes(), recordCount: 0, inputBytes: 0, phase: .void))
        }
        var slot = ChunkSlot(
            id: chunk.id, digest: chunk.digest, recordCount: chunk.recordCount, inputBytes: chunk.inputBytes,
            phase: .queued, outcome: chunk.outcome)
        count(submitted: slot)
        if let outcome = chunk.outcome {
            try count(completed: slot, outcome)
            if outcome.failedCount > 0 { failedChunks.append(chunk.sequence) }
            ranks += 1
            slot.rank = ranks
        }
        switch chunk.state {
        case .queued:
            queue.append(chunk.sequence)
            inputUsed += chunk.inputBytes
            unfinished += 1
        case .finished:
            slot.phase = .available
            available.append(chunk.sequence)
            outputUsed += chunk.outcome?.outputBytes ?? 0
            counts.chunksAvailable += 1
            counts.recordsAvailable += chunk.recordCount
        case .delivered, .dropped:
            slot.phase = chunk.state == .delivered ? .delivered : .dropped
            // The counts are still worth knowing.
            slot.outcome?.aggregates = Bytes()
        }
        positions[chunk.id] = slots.count
        slots.append(slot)
    }

    /// As it is stored.
    var record: PipelineRecord { definition.record(state, updatedAt: updatedAt, endedAt: endedAt) }

    var activity: PipelineActivity {
        if !state.isOpen { return .closed }
        if unfinished == 0 { return .idle }
        return running == 0 && isOutputFull ? .paused : .active
    }

    var isOutputFull: Bool { outputUsed >= definition.configuration.outputBytes }

    /// Whether a chunk could start now, if there is a worker.
    var isRunnable: Bool {
        service != nil && !queue.isEmpty && !isOutputFull && running < allowance && pausedUntil == nil
    }

    /// Whether there is something to pull.
    var hasResults: Bool { !available.isEmpty }

    /// How many chunks wait to be run.
    var queuedCount: Int { queue.count }

    // MARK: Pushing

    /// Takes in chunks, which count from ``accepted(_:now:)`` on.
    ///
    /// - Parameter chunks: With an id each, and the digest of their data.
    /// - Returns: The numbers of those that are new, and of those that were there before.
    /// - Throws: ``PipelineRefusal``; then nothing is changed.
    mutating func accept(
        _ chunks: [(chunk: PushedChunk, digest: Bytes)], tenantRoom: Int, _ changes: inout [StoreChange]
    ) throws(PipelineRefusal) -> (new: [Int], repeated: [Int]) {
        guard state.isOpen else { throw .notOpen(state) }
        var new: [(chunk: PushedChunk, digest: Bytes)] = []
        var repeated: [Int] = []
        var seen: [String: Bytes] = [:]
        for pushed in chunks {
            let known = positions[pushed.chunk.id].map { slots[$0].digest } ?? seen[pushed.chunk.id]
            if let known {
                guard known == pushed.digest else { throw .duplicateChunk(pushed.chunk.id) }
                if let position = positions[pushed.chunk.id] { repeated.append(position) }
                continue
            }
            seen[pushed.chunk.id] = pushed.digest
            new.append(pushed)
        }
        guard slots.count + new.count <= limits.chunks else { throw .tooManyChunks(limit: limits.chunks) }
        let bytes = new.reduce(0) { $0 + $1.chunk.data.count }
        let capacity = definition.configuration.inputBytes
        guard bytes <= capacity else { throw .tooLarge(bytes: bytes, limit: capacity) }
        guard inputUsed + bytes <= capacity, bytes <= tenantRoom else { throw .inputFull(tryAfter: tryAfter) }
        let sequences = new.map { pushed in
            let sequence = slots.count
            let slot = ChunkSlot(
                id: pushed.chunk.id, digest: pushed.digest, recordCount: pushed.chunk.recordCount,
                inputBytes: pushed.chunk.data.count, phase: .accepting, input: pushed.chunk.data)
            retained += slot.inputBytes
            positions[slot.id] = sequence
            slots.append(slot)
            inputUsed += slot.inputBytes
            unfinished += 1
            changes.append(
                .accepted(
                    pipeline: definition.id,
                    ChunkRecord(
                        sequence: sequence, id: slot.id, digest: slot.digest, recordCount: slot.recordCount,
                        inputBytes: slot.inputBytes), input: pushed.chunk.data))
            return sequence
        }
        return (sequences, repeated)
    }

    /// Whether chunks that were there before still are: their store has not failed since.
    func areKept(_ sequences: [Int]) -> Bool { sequences.allSatisfy { slots[$0].phase != .void } }

    /// When to try again while the buffer is full: about when something will have been taken out of it.
    private var tryAfter: Duration {
        if isOutputFull { return .seconds(2) }
        guard counts.chunksCompleted > 0 else { return .seconds(1) }
        let each = counts.computeTime / Double(counts.chunksCompleted) / Double(max(1, allowance))
        return .milliseconds(Int(min(max(each, 50), 10_000)))
    }

    /// Chunks are durable: they can run.
    mutating func accepted(_ sequences: [Int], now: Moment) {
        lastActivity = now.monotonic
        for sequence in sequences where slots[sequence].phase == .accepting {
            slots[sequence].phase = .queued
            queue.append(sequence)
            count(submitted: slots[sequence])
        }
        if state == .created, !sequences.isEmpty {
            state = .inProgress
            updatedAt = now.wall
        }
    }

    /// Chunks could not be stored: they never were.
    mutating func withdraw(_ sequences: [Int]) {
        for sequence in sequences where slots[sequence].phase == .accepting {
            positions[slots[sequence].id] = nil
            inputUsed -= slots[sequence].inputBytes
            slots[sequence].phase = .void
            forgetInput(sequence)
            unfinished -= 1
        }
    }

    /// Somebody asked for something other than the state.
    mutating func touch(_ now: Moment) { lastActivity = now.monotonic }

    // MARK: Running

    /// The next chunk to run.
    mutating func start() -> Int? {
        guard isRunnable, let sequence = queue.popFirst() else { return nil }
        slots[sequence].phase = .running
        running += 1
        return sequence
    }

    /// A chunk could not be run, through no fault of its own: it waits again, and with it all others.
    mutating func giveBack(_ sequence: Int, until: Duration) {
        running -= 1
        guard slots[sequence].phase == .running else { return }
        slots[sequence].phase = .queued
        slots[sequence].attempts += 1
        pausedUntil = until
        queue.prepend([sequence])
    }

    /// How often a chunk could not be run.
    func attempts(_ sequence: Int) -> Int { slots[sequence].attempts }

    /// A chunk has run.
    ///
    /// - Returns: Whether the result is wanted: the pipeline was not cancelled.
    mutating func finish(_ sequence: Int, _ result: ChunkResult, _ changes: inout [StoreChange]) -> Bool {
        running -= 1
        // There was enough to do for all that may run: more may.
        if running + 1 >= allowance, !queue.isEmpty {
            allowance = min(max(allowance, definition.configuration.maximumWorkers), allowance + 1)
        }
        guard slots[sequence].phase == .running else { return false }
        slots[sequence].phase = .storing
        slots[sequence].outcome = result.outcome
        slots[sequence].output = result.text
        retained += result.text.count
        outputUsed += result.outcome.outputBytes
        changes.append(
            .finished(pipeline: definition.id, sequence: sequence, result.outcome, output: result.text))
        return true
    }

    /// The result of a chunk is durable: it can be pulled (I1).
    mutating func stored(_ sequence: Int, _ aggregates: Aggregates, now: Moment, _ changes: inout [StoreChange]) {
        guard slots[sequence].phase == .storing, let outcome = slots[sequence].outcome else { return }
        slots[sequence].phase = .available
        ranks += 1
        slots[sequence].rank = ranks
        forgetInput(sequence)
        inputUsed -= slots[sequence].inputBytes
        unfinished -= 1
        available.append(sequence)
        counts.chunksAvailable += 1
        counts.recordsAvailable += slots[sequence].recordCount
        count(completed: slots[sequence], outcome, aggregates)
        if outcome.failedCount > 0 { failedChunks.append(sequence) }
        rate.add(slots[sequence].recordCount, at: now.monotonic)
        lastActivity = now.monotonic
        settle(now, &changes)
    }

    private mutating func count(submitted slot: ChunkSlot) {
        counts.chunksSubmitted += 1
        counts.recordsSubmitted += slot.recordCount
        counts.inputBytes += slot.inputBytes
    }

    private mutating func count(completed slot: ChunkSlot, _ outcome: ChunkOutcome) throws {
        count(completed: slot, outcome, try Aggregates(stored: outcome.aggregates))
    }

    private mutating func count(completed slot: ChunkSlot, _ outcome: ChunkOutcome, _ more: Aggregates) {
        counts.chunksCompleted += 1
        counts.recordsCompleted += slot.recordCount
        counts.chunksFailed += outcome.failedCount > 0 ? 1 : 0
        counts.recordsFailed += outcome.failedCount
        counts.chunksRetried += outcome.retryCount > 0 ? 1 : 0
        counts.recordsRetried += outcome.retriedRecordCount
        counts.computeTime += outcome.computeTime
        counts.outputBytes += outcome.outputBytes
        aggregates.merge(more)
    }

    // MARK: Pulling

    /// Takes results out, oldest first.
    ///
    /// - Parameters:
    ///   - limit: How many chunks at most.
    ///   - bytes: How many bytes at most, but always one chunk.
    mutating func take(atMost limit: Int, bytes: Int, now: Moment) throws(PipelineRefusal) -> [Int] {
        guard state != .cancelled || hasResults else { throw .cancelled }
        lastActivity = now.monotonic
        var taken: [Int] = []
        var size = 0
        while taken.count < limit, let next = available.first {
            size += slots[next].outcome?.outputBytes ?? 0
            if !taken.isEmpty, size > bytes { break }
            _ = available.popFirst()
            slots[next].phase = .delivering
            counts.chunksAvailable -= 1
            counts.recordsAvailable -= slots[next].recordCount
            taken.append(next)
        }
        return taken
    }

    /// Leases what was taken.
    mutating func lease(_ sequences: [Int], as id: String, until: Duration) {
        for sequence in sequences { slots[sequence].phase = .leased }
        leases[id] = ChunkLease(until: until, sequences: sequences)
    }

    /// What was taken could not be handed out: it is available again, where it was.
    mutating func putBack(_ sequences: [Int]) {
        var returned: [Int] = []
        for sequence in sequences where slots[sequence].phase == .delivering || slots[sequence].phase == .leased {
            slots[sequence].phase = .available
            counts.chunksAvailable += 1
            counts.recordsAvailable += slots[sequence].recordCount
            returned.append(sequence)
        }
        guard !returned.isEmpty else { return }
        returned.sort { slots[$0].rank < slots[$1].rank }
        let isBefore = available.first.map { next in returned.allSatisfy { slots[$0].rank < slots[next].rank } } ?? true
        available.prepend(returned)
        // Later results may have come back before earlier ones.
        if !isBefore { available.sort { slots[$0].rank < slots[$1].rank } }
    }

    /// What was taken is delivered, as soon as this is durable.
    mutating func release(_ sequences: [Int], _ changes: inout [StoreChange]) {
        guard !sequences.isEmpty else { return }
        for sequence in sequences { slots[sequence].phase = .delivering }
        changes.append(.released(pipeline: definition.id, sequences: sequences, .delivered))
    }

    /// A delivery is durable.
    mutating func delivered(_ sequences: [Int]) {
        for sequence in sequences where slots[sequence].phase == .delivering {
            slots[sequence].phase = .delivered
            forgetOutput(sequence)
            outputUsed -= slots[sequence].outcome?.outputBytes ?? 0
            // The counts are still worth knowing.
            slots[sequence].outcome?.aggregates = Bytes()
        }
    }

    /// The chunks of a lease, which is over with this; none when it was acknowledged already.
    mutating func endLease(_ id: String) throws(PipelineRefusal) -> [Int] {
        if let lease = leases.removeValue(forKey: id) { return lease.sequences }
        guard acknowledgedLeases.contains(id) else { throw .unknownLease }
        return []
    }

    /// The acknowledgement of a lease is durable; the last few are remembered (I7).
    mutating func remember(acknowledged lease: String) {
        guard !acknowledgedLeases.contains(lease) else { return }
        acknowledgedLeases.append(lease)
        if acknowledgedLeases.count > PipelineMachine.rememberedLeases { acknowledgedLeases.removeFirst() }
    }

    private static let rememberedLeases = 64

    /// The chunks with these ids, to be acknowledged one by one: available because their lease is over, or lent under one
    /// of these leases, so that nobody takes away what somebody else has now. Those that are delivered already are left out.
    mutating func acknowledged(_ ids: [String], under names: [String] = []) throws(PipelineRefusal) -> [Int] {
        let own = Set(names.flatMap { leases[$0]?.sequences ?? [] })
        var sequences: [Int] = []
        var seen: Set<Int> = []
        for id in ids {
            guard let sequence = positions[id] else { throw .unknownLease }
            guard seen.insert(sequence).inserted else { continue }
            switch slots[sequence].phase {
            case .leased where !own.contains(sequence): throw .chunkLent(id)
            case .leased, .available: sequences.append(sequence)
            case .delivering, .delivered: continue
            case .accepting, .queued, .running, .storing, .dropped, .void: throw .unknownLease
            }
        }
        let members = Set(sequences)
        for sequence in members where slots[sequence].phase == .available {
            counts.chunksAvailable -= 1
            counts.recordsAvailable -= slots[sequence].recordCount
        }
        available.remove(members)
        for (id, lease) in leases {
            let rest = lease.sequences.filter { !members.contains($0) }
            leases[id] = rest.isEmpty ? nil : ChunkLease(until: lease.until, sequences: rest)
        }
        return sequences
    }

    // MARK: Ending

    /// Closes it: no more chunks, the others run to their end. Closing a closed one again changes nothing.
    mutating func close(now: Moment, _ changes: inout [StoreChange]) throws(PipelineRefusal) {
        guard !state.isTerminal else { throw .notChangeable(state) }
        // Stored once more: whoever closed it before may not know yet that the store failed (I1).
        guard state.isOpen else { return changes.append(.pipeline(record)) }
        enter(.closed, now, &changes)
    }

    /// Cancels it and discards what is in its buffers.
    ///
    /// - Parameter keepsCompleted: Whether finished results stay and can be pulled.
    mutating func cancel(keepsCompleted: Bool, now: Moment, _ changes: inout [StoreChange]) throws(PipelineRefusal) {
        // What the store could not take can be asked for again.
        if state == .cancelled, isUnsaved { return save(&changes) }
        guard !state.isTerminal else { throw .notChangeable(state) }
        var dropped: [Int] = []
        for sequence in slots.indices {
            switch slots[sequence].phase {
            case .queued, .running: dropped.append(sequence)
            case .storing, .available, .leased: if !keepsCompleted { dropped.append(sequence) }
            // What is under way to the store or out of it comes to its end.
            case .accepting, .delivering, .delivered, .dropped, .void: continue
            }
        }
        for sequence in dropped { drop(sequence) }
        _ = queue.removeAll()
        if !keepsCompleted {
            _ = available.removeAll()
            leases = [:]
            counts.chunksAvailable = 0
            counts.recordsAvailable = 0
        }
        if !dropped.isEmpty {
            changes.append(.released(pipeline: definition.id, sequences: dropped, .dropped))
        }
        enter(.cancelled, now, &changes)
    }

    private mutating func drop(_ sequence: Int) {
        switch slots[sequence].phase {
        case .queued, .running:
            inputUsed -= slots[sequence].inputBytes
            unfinished -= 1
        case .storing:
            inputUsed -= slots[sequence].inputBytes
            outputUsed -= slots[sequence].outcome?.outputBytes ?? 0
            unfinished -= 1
            slots[sequence].outcome = nil
        default: outputUsed -= slots[sequence].outcome?.outputBytes ?? 0
        }
        slots[sequence].phase = .dropped
        forgetInput(sequence)
        forgetOutput(sequence)
        slots[sequence].outcome?.aggregates = Bytes()
    }

    /// Chunks that became durable after their pipeline was cancelled.
    mutating func dropLate(_ sequences: [Int], _ changes: inout [StoreChange]) {
        let late = sequences.filter { slots[$0].phase == .queued }
        guard !late.isEmpty else { return }
        for sequence in late { drop(sequence) }
        _ = queue.removeAll()
        changes.append(.released(pipeline: definition.id, sequences: late, .dropped))
    }

    /// The store could not take a change that stands all the same; it is saved with a later one.
    mutating func unsaved(_ change: StoreChange) {
        switch change {
        case .pipeline: isUnsaved = true
        case .released(_, let sequences, .dropped): unsavedDrops += sequences
        case .accepted, .finished, .released, .removed: break
        }
    }

    private mutating func save(_ changes: inout [StoreChange]) {
        if !unsavedDrops.isEmpty {
            changes.append(.released(pipeline: definition.id, sequences: unsavedDrops, .dropped))
        }
        if isUnsaved { changes.append(.pipeline(record)) }
        unsavedDrops = []
        isUnsaved = false
    }

    private mutating func enter(_ next: PipelineState, _ now: Moment, _ changes: inout [StoreChange]) {
        state = next
        updatedAt = now.wall
        if next.isTerminal { endedAt = now.wall }
        changes.append(.pipeline(record))
    }

    /// Completes a closed pipeline whose chunks are all processed, pulled or not.
    mutating func settle(_ now: Moment, _ changes: inout [StoreChange]) {
        guard state == .closed || state == .closedByTimeout, unfinished == 0 else { return }
        if hasTooManyErrors { return enter(.failed, now, &changes) }
        enter(state == .closed ? .completed : .completedByTimeout, now, &changes)
    }

    private var hasTooManyErrors: Bool {
        // Clients send more than a hundred, too; and what they send may be too large to multiply.
        counts.recordsFailed * 100
            > min(definition.configuration.acceptableErrorPercentage, 100) * counts.recordsCompleted
    }

    /// Whether nothing goes on any more, unless somebody pulls or brings the service back.
    private var isStuck: Bool {
        if unfinished == 0 { return true }
        return running == 0 && unfinished == queue.count && (service == nil || isOutputFull)
    }

    /// Whether ``tick(now:_:)`` would do anything: cheap, because it is asked of every pipeline several times a second.
    func isDue(_ now: Moment) -> Bool {
        if isUnsaved || !unsavedDrops.isEmpty { return true }
        if let pausedUntil, pausedUntil <= now.monotonic { return true }
        if !leases.isEmpty, leases.values.contains(where: { $0.until <= now.monotonic }) { return true }
        if state.isOpen { return now.monotonic - lastActivity >= limits.idleTimeout }
        if let endedAt { return now.wall - limits.retention >= endedAt }
        return unfinished == 0 || now.monotonic - lastActivity >= limits.retention
    }

    /// What time alone does: leases end, idle pipelines are closed, and those that wait in vain are completed.
    ///
    /// - Returns: Whether the pipeline is to be forgotten.
    mutating func tick(now: Moment, _ changes: inout [StoreChange]) -> Bool {
        if let until = pausedUntil, until <= now.monotonic { pausedUntil = nil }
        for (id, lease) in leases where lease.until <= now.monotonic {
            leases[id] = nil
            putBack(lease.sequences)
        }
        let rest = now.monotonic - lastActivity
        if state.isOpen, isStuck, rest >= limits.idleTimeout { enter(.closedByTimeout, now, &changes) }
        // Also after a restart, or a push that failed while it was closed.
        settle(now, &changes)
        if !state.isOpen, !state.isTerminal, isStuck, rest >= limits.retention { giveUp(now, &changes) }
        save(&changes)
        guard state.isTerminal, let endedAt, running == 0 else { return false }
        return now.wall - limits.retention >= endedAt
    }

    /// Ends a closed pipeline whose chunks have waited in vain; they are dropped, what is finished stays.
    private mutating func giveUp(_ now: Moment, _ changes: inout [StoreChange]) {
        let dropped = queue.removeAll()
        for sequence in dropped { drop(sequence) }
        if !dropped.isEmpty {
            changes.append(.released(pipeline: definition.id, sequences: dropped, .dropped))
        }
        enter(.completedByTimeout, now, &changes)
    }

    // MARK: Memory

    /// The input of a chunk that is about to run, if it is in memory.
    func input(_ sequence: Int) -> Bytes? { slots[sequence].input }

    func output(_ sequence: Int) -> Bytes? { slots[sequence].output }

    /// Forgets a payload that the store has.
    mutating func forgetInput(_ sequence: Int) {
        retained -= slots[sequence].input?.count ?? 0
        slots[sequence].input = nil
    }

    mutating func forgetOutput(_ sequence: Int) {
        retained -= slots[sequence].output?.count ?? 0
        slots[sequence].output = nil
    }
}

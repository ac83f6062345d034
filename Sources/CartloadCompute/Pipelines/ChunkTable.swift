// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The chunks of a pipeline by their numbers, and what they take up.
///
/// The sums follow from the phases of the chunks, so that whoever moves one on cannot forget them.
struct ChunkTable: Sendable {
    private(set) var slots: [ChunkSlot] = []
    private var positions: [String: Int] = [:]
    /// Chunks that are accepted and whose results are not stored.
    private(set) var unfinished = 0
    /// Bytes of those chunks.
    private(set) var inputUsed = 0
    /// Bytes of results that are not delivered.
    private(set) var outputUsed = 0
    /// Results that can be pulled, and their records.
    private(set) var chunksAvailable = 0
    private(set) var recordsAvailable = 0
    /// Bytes of payloads in memory.
    private(set) var retained = 0

    /// How many numbers are given.
    var count: Int { slots.count }

    func phase(_ sequence: Int) -> ChunkSlot.Phase { slots[sequence].phase }

    /// The number of the chunk with an id, unless the store could not keep it.
    func sequence(of id: String) -> Int? { positions[id] }

    // MARK: Chunks

    /// Gives a chunk the next number.
    mutating func append(_ slot: ChunkSlot) {
        let sequence = slots.count
        positions[slot.id] = sequence
        retained += slot.payloadBytes
        slots.append(slot)
        count(sequence, 1)
    }

    /// Gives the numbers before this one that are not given to chunks that never were.
    mutating func skip(to sequence: Int) {
        while slots.count < sequence {
            slots.append(ChunkSlot(id: "", digest: Bytes(), recordCount: 0, inputBytes: 0, phase: .void))
        }
    }

    mutating func move(_ sequence: Int, to phase: ChunkSlot.Phase) {
        count(sequence, -1)
        slots[sequence].phase = phase
        count(sequence, 1)
    }

    /// A chunk could not be run, through no fault of its own.
    mutating func giveBack(_ sequence: Int) {
        slots[sequence].attempts += 1
        move(sequence, to: .queued)
    }

    /// A chunk has run; its result is not yet durable.
    mutating func finish(_ sequence: Int, _ outcome: ChunkOutcome, output: Bytes) {
        forgetOutput(sequence)
        slots[sequence].outcome = outcome
        slots[sequence].output = output
        retained += output.count
        move(sequence, to: .storing)
    }

    /// The result of a chunk is durable, and has a place among the others.
    mutating func store(_ sequence: Int, rank: Int) {
        slots[sequence].rank = rank
        forgetInput(sequence)
        move(sequence, to: .available)
    }

    /// A delivery is durable.
    mutating func deliver(_ sequence: Int) {
        move(sequence, to: .delivered)
        forgetOutput(sequence)
        slots[sequence].forgetAggregates()
    }

    mutating func drop(_ sequence: Int) {
        let wasStoring = phase(sequence) == .storing
        move(sequence, to: .dropped)
        if wasStoring { slots[sequence].outcome = nil }
        forgetInput(sequence)
        forgetOutput(sequence)
        slots[sequence].forgetAggregates()
    }

    /// The store could not keep a chunk: its id is free again, its number is not.
    mutating func withdraw(_ sequence: Int) {
        positions[slots[sequence].id] = nil
        move(sequence, to: .void)
        forgetInput(sequence)
    }

    // MARK: Memory

    /// Forgets a payload that the store has.
    mutating func forgetInput(_ sequence: Int) {
        retained -= slots[sequence].input?.count ?? 0
        slots[sequence].input = nil
    }

    mutating func forgetOutput(_ sequence: Int) {
        retained -= slots[sequence].output?.count ?? 0
        slots[sequence].output = nil
    }

    private mutating func count(_ sequence: Int, _ sign: Int) {
        let phase = slots[sequence].phase
        if phase.isUnfinished {
            unfinished += sign
            inputUsed += sign * slots[sequence].inputBytes
        }
        if phase.hasResult { outputUsed += sign * (slots[sequence].outcome?.outputBytes ?? 0) }
        if phase == .available {
            chunksAvailable += sign
            recordsAvailable += sign * slots[sequence].recordCount
        }
    }
}

extension ChunkSlot.Phase {
    /// Whether its input counts: it is accepted, and its result is not stored.
    fileprivate var isUnfinished: Bool {
        switch self {
        case .accepting, .queued, .running, .storing: true
        case .available, .leased, .delivering, .delivered, .dropped, .void: false
        }
    }

    /// Whether its result counts: it is there, and not delivered.
    fileprivate var hasResult: Bool {
        switch self {
        case .storing, .available, .leased, .delivering: true
        case .accepting, .queued, .running, .delivered, .dropped, .void: false
        }
    }
}

extension ChunkSlot {
    fileprivate var payloadBytes: Int { (input?.count ?? 0) + (output?.count ?? 0) }
}

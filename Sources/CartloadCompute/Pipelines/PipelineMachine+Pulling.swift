// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension PipelineMachine {
    /// Takes results out, oldest first.
    ///
    /// - Parameters:
    ///   - limit: How many chunks at most.
    ///   - bytes: How many bytes at most, but always one chunk.
    mutating func take(atMost limit: Int, bytes: Int, now: Moment) throws(PipelineRefusal) -> [Int] {
        guard state != .cancelled || hasResults else { throw .cancelled }
        touch(now)
        var taken: [Int] = []
        var size = 0
        while taken.count < limit, let next = results.first {
            size += chunks.slots[next].outcome?.outputBytes ?? 0
            if !taken.isEmpty, size > bytes { break }
            _ = results.popFirst()
            chunks.move(next, to: .delivering)
            taken.append(next)
        }
        return taken
    }

    /// Leases what was taken.
    mutating func lease(_ sequences: [Int], as id: String, until: Duration) {
        for sequence in sequences { chunks.move(sequence, to: .leased) }
        leases.add(id, ChunkLease(until: until, sequences: sequences))
    }

    /// What was taken could not be handed out: it is available again, where it was.
    mutating func putBack(_ sequences: [Int]) {
        var returned: [(sequence: Int, rank: Int)] = []
        for sequence in sequences where chunks.phase(sequence) == .delivering || chunks.phase(sequence) == .leased {
            chunks.move(sequence, to: .available)
            returned.append((sequence, chunks.slots[sequence].rank))
        }
        results.putBack(returned)
    }

    /// What was taken is delivered, as soon as this is durable.
    mutating func release(_ sequences: [Int], _ changes: inout [StoreChange]) {
        guard !sequences.isEmpty else { return }
        for sequence in sequences { chunks.move(sequence, to: .delivering) }
        changes.append(.released(pipeline: definition.id, sequences: sequences, .delivered))
    }

    /// A delivery is durable.
    mutating func delivered(_ sequences: [Int]) {
        for sequence in sequences where chunks.phase(sequence) == .delivering { chunks.deliver(sequence) }
    }

    /// The chunks of a lease, which is over with this; none when it was acknowledged already.
    mutating func endLease(_ id: String) throws(PipelineRefusal) -> [Int] {
        guard let sequences = leases.end(id) else { throw .unknownLease }
        return sequences
    }

    /// The acknowledgement of a lease is durable; the last few are remembered.
    mutating func remember(acknowledged lease: String) { leases.remember(acknowledged: lease) }

    /// The chunks with these ids, to be acknowledged one by one: available because their lease is over, or lent under one
    /// of these leases, so that nobody takes away what somebody else has now. Those that are delivered already are left out.
    mutating func acknowledged(_ ids: [String], under names: [String] = []) throws(PipelineRefusal) -> [Int] {
        let own = leases.chunks(under: names)
        var sequences: [Int] = []
        var seen: Set<Int> = []
        for id in ids {
            guard let sequence = chunks.sequence(of: id) else { throw .unknownLease }
            guard seen.insert(sequence).inserted else { continue }
            switch chunks.phase(sequence) {
            case .leased where !own.contains(sequence): throw .chunkLent(id)
            case .leased, .available: sequences.append(sequence)
            case .delivering, .delivered: continue
            case .accepting, .queued, .running, .storing, .dropped, .void: throw .unknownLease
            }
        }
        let members = Set(sequences)
        results.remove(members)
        leases.remove(members)
        for sequence in sequences { chunks.move(sequence, to: .delivering) }
        return sequences
    }
}

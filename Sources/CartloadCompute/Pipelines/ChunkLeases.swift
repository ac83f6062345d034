// SPDX-License-Identifier: Apache-2.0

/// What is lent to whom and until when; a chunk is in one lease at most.
struct ChunkLeases: Sendable {
    private var leases: [String: ChunkLease] = [:]
    /// The last leases that were acknowledged, for who asks again because the answer was lost.
    private var acknowledged: [String] = []

    /// How many of them are remembered (I7).
    private static let remembered = 64

    mutating func add(_ id: String, _ lease: ChunkLease) { leases[id] = lease }

    /// Ends a lease.
    ///
    /// - Returns: Its chunks, none when it was acknowledged already; nil when there is no such lease, or none any more.
    mutating func end(_ id: String) -> [Int]? {
        leases.removeValue(forKey: id)?.sequences ?? (acknowledged.contains(id) ? [] : nil)
    }

    /// The acknowledgement of a lease is durable.
    mutating func remember(acknowledged id: String) {
        guard !acknowledged.contains(id) else { return }
        acknowledged.append(id)
        if acknowledged.count > ChunkLeases.remembered { acknowledged.removeFirst() }
    }

    /// The chunks that are lent under any of these leases.
    func chunks(under ids: [String]) -> Set<Int> { Set(ids.flatMap { leases[$0]?.sequences ?? [] }) }

    /// Takes chunks out of their leases; a lease with none left is over.
    mutating func remove(_ sequences: Set<Int>) {
        for (id, lease) in leases {
            let rest = lease.sequences.filter { !sequences.contains($0) }
            leases[id] = rest.isEmpty ? nil : ChunkLease(until: lease.until, sequences: rest)
        }
    }

    mutating func removeAll() { leases = [:] }

    /// Whether the time of a lease is over.
    func isDue(at now: Duration) -> Bool { !leases.isEmpty && leases.values.contains { $0.until <= now } }

    /// Ends the leases whose time is over, and gives their chunks.
    mutating func expire(at now: Duration) -> [Int] {
        guard isDue(at: now) else { return [] }
        var returned: [Int] = []
        for (id, lease) in leases where lease.until <= now {
            leases[id] = nil
            returned += lease.sequences
        }
        return returned
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Results that can be pulled, in the order in which they became available; what is put back takes its place again.
struct ResultQueue: Sendable {
    /// A chunk and its place among the results.
    private struct Place: Sendable, Hashable {
        var sequence: Int
        var rank: Int
    }

    private var places = Queue<Place>()
    private var ranks = 0

    var isEmpty: Bool { places.isEmpty }

    /// The number of the chunk that is taken next.
    var first: Int? { places.first?.sequence }

    /// The rank of a result that becomes available now.
    mutating func nextRank() -> Int {
        ranks += 1
        return ranks
    }

    /// - Parameter rank: As ``nextRank()`` gave it, larger than all before.
    mutating func append(_ sequence: Int, rank: Int) { places.append(Place(sequence: sequence, rank: rank)) }

    mutating func popFirst() -> Int? { places.popFirst()?.sequence }

    /// Results that were taken are there again.
    mutating func putBack(_ returned: [(sequence: Int, rank: Int)]) {
        let returned = returned.map { Place(sequence: $0.sequence, rank: $0.rank) }.sorted { $0.rank < $1.rank }
        guard let last = returned.last else { return }
        let isBefore = places.first.map { last.rank < $0.rank } ?? true
        places.prepend(returned)
        // Later results may have come back before earlier ones.
        if !isBefore { places.sort { $0.rank < $1.rank } }
    }

    /// Takes out chunks wherever they are.
    mutating func remove(_ sequences: Set<Int>) { places.removeAll { sequences.contains($0.sequence) } }

    mutating func removeAll() { _ = places.removeAll() }
}

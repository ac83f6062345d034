// SPDX-License-Identifier: Apache-2.0

/// What was finished in each of the last seconds, in a ring: no more is kept than its capacity (I7).
struct ThroughputHistory: Sendable {
    /// The sample of second `s` stands at `s % capacity`.
    private var ring: [ThroughputSample]

    /// - Parameter capacity: How many seconds are kept, at least one.
    init(capacity: Int) { ring = Array(repeating: ThroughputSample(second: .min), count: max(1, capacity)) }

    /// Counts records that are finished now.
    mutating func add(records: Int, failed: Int, computeTime: Double, at now: Duration) {
        let second = ThroughputHistory.second(now)
        let place = second % ring.count
        if ring[place].second != second { ring[place] = ThroughputSample(second: second) }
        ring[place].records += records
        ring[place].failed += failed
        ring[place].computeTime += computeTime
    }

    /// The seconds in which anything was finished, in order: those after `seen`, without the one that is not over.
    func samples(after seen: Int, now: Duration) -> [ThroughputSample] {
        let current = ThroughputHistory.second(now)
        return ring.filter { $0.second > max(seen, current - ring.count) && $0.second < current }
            .sorted { $0.second < $1.second }
    }

    /// Whether everything in it is too old to be asked for.
    func isStale(now: Duration) -> Bool {
        let oldest = ThroughputHistory.second(now) - ring.count
        return ring.allSatisfy { $0.second < oldest }
    }

    static func second(_ now: Duration) -> Int { Int(max(0, now.components.seconds)) }
}

// SPDX-License-Identifier: Apache-2.0

/// The throughput of each user, so that nobody sees more of it than of the pipelines.
struct ThroughputHistories: Sendable {
    /// Whose it is.
    struct Owner: Sendable, Hashable {
        var tenant: String
        var user: String
    }

    /// How many owners have a history (I7); where users need no account, their names are anybody's.
    private static let maximum = 1024

    private let capacity: Int
    private var histories: [Owner: ThroughputHistory] = [:]

    /// - Parameter capacity: How many seconds are kept.
    init(capacity: Int) { self.capacity = capacity }

    mutating func add(_ owner: Owner, records: Int, failed: Int, computeTime: Double, at now: Duration) {
        if histories[owner] == nil, histories.count >= ThroughputHistories.maximum {
            histories = histories.filter { !$0.value.isStale(now: now) }
            if histories.count >= ThroughputHistories.maximum { return }
        }
        histories[owner, default: ThroughputHistory(capacity: capacity)].add(
            records: records, failed: failed, computeTime: computeTime, at: now)
    }

    /// What the caller may know of, in order of seconds.
    func samples(after seen: Int, now: Duration, by caller: Caller) -> [ThroughputSample] {
        if !caller.seesAll {
            return histories[Owner(tenant: caller.tenant, user: caller.user)]?.samples(after: seen, now: now) ?? []
        }
        var sums: [Int: ThroughputSample] = [:]
        for (owner, history) in histories where owner.tenant == caller.tenant {
            for sample in history.samples(after: seen, now: now) {
                sums[sample.second, default: ThroughputSample(second: sample.second)].add(sample)
            }
        }
        return sums.values.sorted { $0.second < $1.second }
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Which pipeline runs its next chunk: tenants share the workers by their weights, and in a tenant pipelines take turns, those
/// with a higher priority first.
///
/// Stride scheduling: a tenant that has run a chunk goes back by one stride, the shorter the greater its weight. A tenant that
/// was away joins where the others are, so that nobody saves up turns.
struct FairQueue<Key: Hashable & Sendable>: Sendable {
    private struct Tenant: Sendable {
        var weight: Double
        var limit: Int
        var running = 0
        var pass = 0.0
        /// By priority, from the lowest.
        var turns: [Int: Queue<Key>] = [:]
        var waiting = 0

        var canRun: Bool { waiting > 0 && running < limit }
    }

    private var tenants: [String: Tenant] = [:]
    private var members: Set<Key> = []
    /// Where the tenant stands that ran last.
    private var pass = 0.0

    var isEmpty: Bool { members.isEmpty }

    /// Sets how much of the workers a tenant gets, and how many at most.
    mutating func configure(_ tenant: String, weight: Double, limit: Int) {
        tenants[tenant, default: Tenant(weight: weight, limit: limit)].weight = max(weight, 0.001)
        tenants[tenant]?.limit = limit
    }

    /// Lets a pipeline wait for its turn, if it does not yet.
    mutating func insert(_ key: Key, tenant: String, priority: Int) {
        guard members.insert(key).inserted else { return }
        var entry = tenants.removeValue(forKey: tenant) ?? Tenant(weight: 1, limit: .max)
        if entry.waiting == 0 { entry.pass = max(entry.pass, pass) }
        entry.turns[priority, default: Queue()].append(key)
        entry.waiting += 1
        tenants[tenant] = entry
    }

    /// Takes the pipeline whose turn it is, of a tenant that may run.
    mutating func next(_ mayRun: (String) -> Bool = { _ in true }) -> (key: Key, tenant: String)? {
        var best: (key: String, value: Tenant)?
        for candidate in tenants where candidate.value.canRun && mayRun(candidate.key) {
            if let best, (best.value.pass, best.key) <= (candidate.value.pass, candidate.key) { continue }
            best = candidate
        }
        guard let chosen = best else { return nil }
        var entry = chosen.value
        tenants[chosen.key] = nil
        defer { tenants[chosen.key] = entry }
        for priority in entry.turns.keys.sorted(by: >) {
            guard let key = entry.turns[priority]?.popFirst() else { continue }
            if entry.turns[priority]?.isEmpty ?? true { entry.turns[priority] = nil }
            members.remove(key)
            entry.waiting -= 1
            return (key, chosen.key)
        }
        return nil
    }

    /// The tenant runs a chunk.
    mutating func started(_ tenant: String) {
        guard var entry = tenants.removeValue(forKey: tenant) else { return }
        // Also one that waited and might not run saves up nothing.
        pass = max(pass, entry.pass)
        entry.running += 1
        entry.pass = pass + 1 / entry.weight
        tenants[tenant] = entry
    }

    /// A chunk of the tenant has run.
    mutating func finished(_ tenant: String) { tenants[tenant]?.running -= 1 }

    /// How many chunks of a tenant run.
    func running(_ tenant: String) -> Int { tenants[tenant]?.running ?? 0 }
}

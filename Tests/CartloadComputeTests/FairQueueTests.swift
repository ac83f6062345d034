// SPDX-License-Identifier: Apache-2.0

import CartloadTesting
import Testing

@testable import CartloadCompute

@Suite struct FairQueueTests {
    /// Runs chunks of tenants that always have more, and counts them.
    private func shares(_ queue: inout FairQueue<String>, _ tenants: [String], turns: Int) -> [String: Int] {
        var shares: [String: Int] = [:]
        for _ in 0..<turns {
            for tenant in tenants { queue.insert("p-\(tenant)", tenant: tenant, priority: 5) }
            guard let next = queue.next() else { break }
            queue.started(next.tenant)
            queue.finished(next.tenant)
            shares[next.tenant, default: 0] += 1
        }
        return shares
    }

    @Test(arguments: 0..<50)
    func tenantsShareByTheirWeights(run: Int) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        var queue = FairQueue<String>()
        let weights = (0..<Int.random(in: 2...6, using: &random)).map { _ in
            Double.random(in: 0.2...8, using: &random)
        }
        for (index, weight) in weights.enumerated() { queue.configure("t\(index)", weight: weight, limit: .max) }
        let shares = shares(&queue, weights.indices.map { "t\($0)" }, turns: 5000)
        let sum = weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            let fair = 5000 * weight / sum
            let difference = abs(Double(shares["t\(index)"] ?? 0) - fair)
            #expect(difference <= Double(weights.count) + 2, "seed \(seed): t\(index) had \(shares), fair is \(fair)")
        }
    }

    @Test func pipelinesOfATenantTakeTurnsAndHigherPrioritiesComeFirst() {
        var queue = FairQueue<String>()
        for (name, priority) in [("a", 5), ("b", 5), ("low", 1), ("high", 9)] {
            queue.insert(name, tenant: "t", priority: priority)
        }
        var order: [String] = []
        for turn in 0..<7 {
            guard let next = queue.next() else { break }
            order.append(next.key)
            if next.key.count == 1, turn < 4 { queue.insert(next.key, tenant: "t", priority: 5) }
        }
        #expect(order == ["high", "a", "b", "a", "b", "a", "low"])
        #expect(queue.isEmpty)
    }

    @Test func aKeyWaitsOnlyOnce() {
        var queue = FairQueue<String>()
        queue.insert("a", tenant: "t", priority: 5)
        queue.insert("a", tenant: "t", priority: 5)
        #expect(queue.next()?.key == "a")
        #expect(queue.next()?.key == nil)
    }

    @Test func aTenantRunsNoMoreThanItMay() {
        var queue = FairQueue<String>()
        queue.configure("t", weight: 100, limit: 2)
        for key in 0..<5 { queue.insert("a\(key)", tenant: "t", priority: 5) }
        queue.insert("b", tenant: "u", priority: 5)
        var tenants: [String] = []
        while let next = queue.next() {
            queue.started(next.tenant)
            tenants.append(next.tenant)
        }
        #expect(tenants.sorted() == ["t", "t", "u"])
        #expect(queue.running("t") == 2)
        queue.finished("t")
        #expect(queue.next()?.tenant == "t")
        #expect(queue.next({ $0 != "t" })?.tenant == nil)
    }

    @Test(arguments: ["away", "working", "held"])
    func aTenantThatRanLittleDoesNotSaveUpTurns(how: String) {
        var queue = FairQueue<String>()
        if how != "away" {
            queue.insert("p-late", tenant: "late", priority: 5)
            if let next = queue.next() { queue.started(next.tenant) }
        }
        if how == "held" { queue.insert("p-late", tenant: "late", priority: 5) }
        for _ in 0..<1000 {
            queue.insert("p-busy", tenant: "busy", priority: 5)
            guard let next = queue.next({ $0 != "late" }) else { break }
            queue.started(next.tenant)
            queue.finished(next.tenant)
        }
        if how == "working" { queue.finished("late") }
        let shares = shares(&queue, ["late", "busy"], turns: 100)
        #expect(abs((shares["late"] ?? 0) - 50) <= 2, "\(shares)")
    }

    @Test(arguments: 0..<20)
    func nobodyStarves(run: Int) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        var queue = FairQueue<String>()
        let names = (0..<20).map { "t\($0)" }
        for name in names { queue.configure(name, weight: Double.random(in: 1...10, using: &random), limit: .max) }
        var last: [String: Int] = [:]
        for turn in 0..<4000 {
            for name in names where queue.running(name) < 3 {
                if last[name] == nil { last[name] = turn }
                queue.insert("p-\(name)", tenant: name, priority: 5)
            }
            guard let next = queue.next() else { continue }
            queue.started(next.tenant)
            queue.finished(next.tenant)
            let waited = turn - (last[next.tenant] ?? turn)
            #expect(waited <= 20 * 10 * 2, "seed \(seed): \(next.tenant) waited \(waited) turns")
            last[next.tenant] = turn
        }
        #expect(names.allSatisfy { (last[$0] ?? 0) > 3500 }, "seed \(seed)")
    }

    @Test func tenThousandTenantsAndPipelinesEachGetTheirTurn() {
        var queue = FairQueue<Int>()
        for key in 0..<10_000 { queue.insert(key, tenant: "t\(key % 100)", priority: key % 10) }
        var seen: Set<Int> = []
        var turns: [String: Int] = [:]
        while let next = queue.next() {
            queue.started(next.tenant)
            queue.finished(next.tenant)
            turns[next.tenant, default: 0] += 1
            #expect(seen.insert(next.key).inserted)
        }
        #expect(seen.count == 10_000)
        #expect(turns.values.allSatisfy { $0 == 100 })
    }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadCompute

@Suite struct ThroughputHistoryTests {
    @Test func aSecondIsToldOfOnceItIsOver() {
        var history = ThroughputHistory(capacity: 10)
        history.add(records: 3, failed: 1, computeTime: 6, at: .milliseconds(5200))
        history.add(records: 2, failed: 0, computeTime: 1, at: .milliseconds(5900))
        #expect(history.samples(after: .min, now: .milliseconds(5950)).isEmpty)
        let samples = history.samples(after: .min, now: .seconds(6))
        #expect(samples.map(\.second) == [5])
        #expect(samples.first?.records == 5)
        #expect(samples.first?.failed == 1)
        #expect(samples.first?.computeTime == 7)
        #expect(history.samples(after: 5, now: .seconds(6)).isEmpty)
    }

    @Test func onlyTheLastSecondsAreKept() {
        var history = ThroughputHistory(capacity: 3)
        for second in 0..<10 { history.add(records: second, failed: 0, computeTime: 0, at: .seconds(second)) }
        #expect(history.samples(after: .min, now: .seconds(10)).map(\.records) == [8, 9])
        #expect(!history.isStale(now: .seconds(10)))
        #expect(history.isStale(now: .seconds(20)))
        #expect(history.samples(after: .min, now: .seconds(20)).isEmpty)
    }

    @Test func aUserSeesTheirOwnAndASupervisorThoseOfTheTenant() {
        var histories = ThroughputHistories(capacity: 10)
        for (tenant, user, records) in [("t", "a", 1), ("t", "b", 10), ("other", "a", 100)] {
            histories.add(
                ThroughputHistories.Owner(tenant: tenant, user: user), records: records, failed: 0, computeTime: 0,
                at: .seconds(1))
        }
        func seen(_ caller: Caller) -> [Int] {
            histories.samples(after: .min, now: .seconds(2), by: caller).map(\.records)
        }
        #expect(seen(Caller(tenant: "t", user: "a")) == [1])
        #expect(seen(Caller(tenant: "t", user: "c")) == [])
        #expect(seen(Caller(tenant: "t", user: "c", seesAll: true)) == [11])
    }

    @Test func anybodysNamesDoNotFillTheMemory() {
        var histories = ThroughputHistories(capacity: 2)
        for number in 0..<2000 {
            histories.add(
                ThroughputHistories.Owner(tenant: "t", user: String(number)), records: 1, failed: 0, computeTime: 0,
                at: .seconds(1))
        }
        let all = Caller(tenant: "t", user: "", seesAll: true)
        #expect(histories.samples(after: .min, now: .seconds(2), by: all).map(\.records) == [1024])
        histories.add(
            ThroughputHistories.Owner(tenant: "t", user: "later"), records: 7, failed: 0, computeTime: 0,
            at: .seconds(60))
        #expect(histories.samples(after: .min, now: .seconds(61), by: all).map(\.records) == [7])
    }
}

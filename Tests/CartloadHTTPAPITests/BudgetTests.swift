// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadStorage
import CartloadTesting
import Synchronization
import Testing

@testable import CartloadHTTPAPI

@Suite struct BudgetTests {
    @Test func waitsDoubleUpToTheLongest() {
        var budget = RetryBudget(
            RetryPolicy(tries: 9, time: .seconds(9000), firstWait: .seconds(1), longestWait: .seconds(20)))
        let waits = (0..<9).map { _ in budget.wait(after: nil, took: .zero, random: 1) }
        #expect(waits == [1, 2, 4, 8, 16, 20, 20, 20].map { .seconds($0) } + [nil])
    }

    @Test func chanceShortensAWaitByHalfAtMost() {
        var budget = RetryBudget(RetryPolicy())
        #expect(budget.wait(after: nil, took: .zero, random: 0) == .milliseconds(500))
    }

    @Test func aServerMayAskForMoreAndTheTimeIsBounded() {
        var budget = RetryBudget(RetryPolicy(tries: 100, time: .seconds(100)))
        #expect(budget.wait(after: .seconds(40), took: .seconds(5), random: 1) == .seconds(40))
        #expect(budget.wait(after: .seconds(40), took: .seconds(5), random: 1) == .seconds(40))
        #expect(budget.wait(after: .seconds(40), took: .seconds(5), random: 1) == nil)
    }

    @Test func slowingDownHasABudgetOfItsOwn() {
        var budget = RetryBudget(RetryPolicy(tries: 2, time: .seconds(5), limitedTime: .seconds(100)))
        for _ in 0..<3 { #expect(budget.waitLimited(after: .seconds(30), random: 0) == .seconds(30)) }
        #expect(budget.waitLimited(after: .seconds(30), random: 0) == nil)
        #expect(budget.wait(after: nil, took: .zero, random: 1) == .seconds(1))
    }

    @Test(arguments: 0..<20) func noIntervalHasMoreRequestsThanAllowed(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = RateLimit(requests: Int.random(in: 1...10, using: &random), interval: .seconds(60))
        var budget = RateBudget(limit)
        var now: Duration = .zero
        var begun: [Duration] = []
        while begun.count < 200 {
            if let wait = budget.begin(now) {
                #expect(wait > .zero)
                now += wait
            } else {
                begun.append(now)
                now += .milliseconds(Int.random(in: 0...20_000, using: &random))
            }
        }
        let allowed = limit.requests ?? 0
        for index in begun.indices.dropFirst(allowed) {
            #expect(begun[index] - begun[index - allowed] >= .seconds(60), "seed \(seed)")
        }
    }

    @Test func nobodyAsksWhileTheAPIIsClosed() {
        var budget = RateBudget(RateLimit())
        budget.close(until: .seconds(10))
        budget.close(until: .seconds(5))
        #expect(budget.begin(.seconds(4)) == .seconds(6))
        #expect(budget.begin(.seconds(10)) == nil)
    }

    private final class Counts: Sendable {
        private let state = Mutex((now: 0, most: 0, all: 0))
        var most: Int { state.withLock { $0.most } }
        var all: Int { state.withLock { $0.all } }

        func enter() {
            state.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
        }

        func leave() {
            state.withLock {
                $0.now -= 1
                $0.all += 1
            }
        }
    }

    @Test func soManyRequestsAreUnderWayAndNotMore() async throws {
        let gate = RequestGate(RateLimit(concurrency: 3), TestTime().clock)
        let counts = Counts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await gate.run {
                        counts.enter()
                        for _ in 0..<5 { await Task.yield() }
                        counts.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(counts.most <= 3 && counts.all == 50)
    }

    @Test func aCancelledWaitLeavesItsPlace() async throws {
        let gate = RequestGate(RateLimit(concurrency: 1), TestTime().clock)
        let (entered, report) = AsyncStream<Void>.makeStream()
        let (release, open) = AsyncStream<Void>.makeStream()
        let first = Task {
            try await gate.run {
                report.yield()
                for await _ in release { return }
            }
        }
        for await _ in entered { break }
        let second = Task { try await gate.run {} }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        open.yield()
        try await first.value
        #expect(try await gate.run { 7 } == 7)
    }

    @Test(arguments: [
        ("Tue, 02 Jan 2024 00:01:30 GMT", 90.0), ("Mon, 01 Jan 2024 00:00:00 GMT", 0), ("90", 90), ("1.5", 1.5),
        ("Fri, 02 Jan 2099 00:00:00 GMT", 86_400),
    ])
    func retryAfterIsANumberOrADate(value: String, seconds: Double) async throws {
        let server = try APITestServer { _ in .json("{}", status: 503, headers: ["Retry-After": value]) }
        var options = HTTPOptions()
        options.proxy = .none
        let response = try await HTTPClient(hosts: .named, options: options).send(HTTPRequest(HTTPURL(server.url)))
        let now = try #require(Instant("2024-01-02T00:00:00Z"))
        #expect(response.head.retryAfter(now) == .milliseconds(Int(seconds * 1000)))
    }

    @Test(arguments: ["soon", "Tue, 32 Jan 2024 00:00:00 GMT", "-5", "Tuesday, 02-Jan-24 00:01:30 GMT", ""])
    func whatIsNoDateIsNone(text: String) { #expect(HTTPDate(text) == nil) }
}

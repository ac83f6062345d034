// SPDX-License-Identifier: Apache-2.0

/// How often and how long a request is tried (I7).
public struct RetryPolicy: Sendable, Hashable {
    /// How often in all; answers that say to slow down do not count.
    public var tries: Int
    /// How long in all, waits included.
    public var time: Duration
    /// How long a request may be put off in all by answers that say to slow down.
    public var limitedTime: Duration
    /// The first wait, doubled for each one after it.
    public var firstWait: Duration
    public var longestWait: Duration

    public init(
        tries: Int = 6, time: Duration = .seconds(600), limitedTime: Duration = .seconds(3600),
        firstWait: Duration = .seconds(1), longestWait: Duration = .seconds(60)
    ) {
        self.tries = tries
        self.time = time
        self.limitedTime = limitedTime
        self.firstWait = firstWait
        self.longestWait = longestWait
    }
}

/// What one request has used up of its ``RetryPolicy``.
struct RetryBudget: Sendable {
    let policy: RetryPolicy
    private(set) var tries = 0
    /// Time of requests and waits; not that in which others had their turn.
    private(set) var spent: Duration = .zero
    private var limited: Duration = .zero
    private var limitedTries = 0

    init(_ policy: RetryPolicy) { self.policy = policy }

    /// How long to wait before the next try after a fault; nil when the budget is used up.
    ///
    /// - Parameters:
    ///   - asked: How long the server asks to wait.
    ///   - took: How long the failed try took.
    ///   - random: From 0 to 1; the wait is between half of it and all, so that many do not come at once.
    mutating func wait(after asked: Duration?, took: Duration, random: Double) -> Duration? {
        tries += 1
        spent += took
        guard tries < policy.tries else { return nil }
        let wait = max(asked ?? .zero, grown(tries) * (0.5 + random / 2))
        guard spent + wait <= policy.time else { return nil }
        spent += wait
        return wait
    }

    /// The same after an answer that says to slow down.
    mutating func waitLimited(after asked: Duration?, random: Double) -> Duration? {
        limitedTries += 1
        // A little more than asked: everybody who was told the same comes back at that moment.
        let wait = asked.map { $0 + .milliseconds(Int(random * 500)) } ?? grown(limitedTries) * (0.5 + random / 2)
        guard limited + wait <= policy.limitedTime else { return nil }
        limited += wait
        return wait
    }

    private func grown(_ tries: Int) -> Duration {
        min(policy.firstWait * Double(1 << min(tries - 1, 30)), policy.longestWait)
    }
}

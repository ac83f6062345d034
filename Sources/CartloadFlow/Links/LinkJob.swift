// SPDX-License-Identifier: Apache-2.0

/// A link as a job of a planner: each run is a transfer, and its buffer is flushed at the end.
public final class LinkJob: PlannerJob {
    public let link: ActiveLink
    public let schedule: Schedule
    public let fingerprint: String
    private let opensLate: Bool

    /// - Parameters:
    ///   - fingerprint: What the link does, as text; a planner's replacement with the same one leaves it alone.
    ///   - opensLate: Whether another one of that name may still run when this one starts, as in a planner's replacement.
    public init(_ link: ActiveLink, schedule: Schedule, fingerprint: String = "", opensLate: Bool = false) {
        self.link = link
        self.schedule = schedule
        self.fingerprint = fingerprint
        self.opensLate = opensLate
    }

    /// A link whose positions are only in memory.
    public convenience init(_ link: Link, schedule: Schedule) { self.init(ActiveLink(link), schedule: schedule) }

    public var name: String { link.link.name }

    public var wakeTime: Duration? { link.wakeTime }

    public func start() async throws { try await link.start(opens: !opensLate) }

    public func run(_ occasion: Occasion) async throws {
        if occasion.reason == .wake {
            try await link.wake(occasion.number)
        } else {
            try await link.transfer(occasion.number)
        }
    }

    public func flush() async throws { try await link.flush() }

    public func shutdown() async { await link.shutdown() }
}

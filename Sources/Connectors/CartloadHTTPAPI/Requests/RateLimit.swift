// SPDX-License-Identifier: Apache-2.0

/// How fast an API may be asked, all streams of a source together.
public struct RateLimit: Sendable, Hashable {
    /// What a header says about when the API may be asked again.
    public enum Reset: String, Sendable, Hashable, CaseIterable {
        /// Seconds since 1970.
        case epoch
        /// Seconds from now.
        case seconds
    }

    /// So many requests in any interval; nil for any number.
    public var requests: Int?
    public var interval: Duration
    /// How many requests may be under way.
    public var concurrency: Int
    /// The header that says how many requests are left, and the one that says until when.
    public var remainingHeader: String?
    public var resetHeader: String?
    public var reset: Reset

    /// The most requests in an interval that can be kept count of (I7).
    public static let maximumRequests = 100_000

    public init(
        requests: Int? = nil, interval: Duration = .seconds(60), concurrency: Int = 8,
        remainingHeader: String? = nil, resetHeader: String? = nil, reset: Reset = .epoch
    ) {
        self.requests = requests
        self.interval = interval
        self.concurrency = concurrency
        self.remainingHeader = remainingHeader
        self.resetHeader = resetHeader
        self.reset = reset
    }
}

/// When the next request may begin: a moving window over those that began.
struct RateBudget: Sendable {
    private let limit: RateLimit
    /// When the last requests began, the oldest first; at most as many as are allowed.
    private var begun: [Duration] = []
    private var oldest = 0
    private var closedUntil: Duration?

    init(_ limit: RateLimit) { self.limit = limit }

    /// Begins a request, or says how long to wait before asking again.
    mutating func begin(_ now: Duration) -> Duration? {
        if let closed = closedUntil {
            if closed > now { return closed - now }
            closedUntil = nil
        }
        guard let requests = limit.requests else { return nil }
        guard begun.count >= requests else {
            begun.append(now)
            return nil
        }
        let free = begun[oldest] + limit.interval
        if free > now { return free - now }
        begun[oldest] = now
        oldest = (oldest + 1) % requests
        return nil
    }

    /// Nobody asks before then.
    mutating func close(until time: Duration) { closedUntil = max(closedUntil ?? time, time) }
}

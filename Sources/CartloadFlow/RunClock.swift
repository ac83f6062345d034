// SPDX-License-Identifier: Apache-2.0

/// The times that a run reads, injected so that tests decide them.
public struct RunClock: Sendable {
    /// Monotonic time since some fixed point.
    public var now: @Sendable () -> Duration
    /// Wall-clock time as RFC 3339 text, for what people read.
    public var timestamp: @Sendable () -> String

    public init(now: @escaping @Sendable () -> Duration, timestamp: @escaping @Sendable () -> String) {
        self.now = now
        self.timestamp = timestamp
    }
}

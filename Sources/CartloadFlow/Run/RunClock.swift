// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The times that a run reads, injected so that tests decide them.
public struct RunClock: Sendable {
    /// Monotonic time since some fixed point.
    public var now: @Sendable () -> Duration
    /// Wall-clock time in seconds since 1970, for what people read.
    public var wallSeconds: @Sendable () -> Int64

    public init(now: @escaping @Sendable () -> Duration, wallSeconds: @escaping @Sendable () -> Int64) {
        self.now = now
        self.wallSeconds = wallSeconds
    }
}

extension RunClock {
    /// The machine's clocks.
    public static let system = RunClock(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        },
        wallSeconds: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Int64(time.tv_sec)
        })
}

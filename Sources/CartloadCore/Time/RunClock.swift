// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The times that a run reads, injected so that tests decide them.
public struct RunClock: Sendable {
    /// Monotonic time since some fixed point.
    public var now: @Sendable () -> Duration
    /// Wall-clock time in seconds since 1970, for what people read.
    public var wallSeconds: @Sendable () -> Int64
    /// Waits; throws `CancellationError` when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// The wall clock, to the microsecond.
    public var wall: @Sendable () -> Instant
    /// Waits until ``now`` says a time; throws `CancellationError` when the task is cancelled.
    public var sleepUntil: @Sendable (Duration) async throws -> Void
    /// A number from 0 to 1, for waits that shall not all be the same.
    public var random: @Sendable () -> Double

    public init(
        now: @escaping @Sendable () -> Duration, wallSeconds: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        wall: (@Sendable () -> Instant)? = nil, sleepUntil: (@Sendable (Duration) async throws -> Void)? = nil
    ) {
        self.now = now
        self.wallSeconds = wallSeconds
        self.sleep = sleep
        self.random = random
        self.wall = wall ?? { Instant(seconds: wallSeconds()) }
        // Without tolerance: a planner keeps its times to the millisecond.
        self.sleepUntil = sleepUntil ?? { try await Task.sleep(for: max(.zero, $0 - now()), tolerance: .zero) }
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
        },
        wall: { Instant.now() })

    /// Both clocks, read as one.
    public var moment: Moment { Moment(monotonic: now(), wall: wall()) }
}

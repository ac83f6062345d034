// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc

/// Time and chance as an API source sees them, injected so that tests neither wait nor guess.
public struct APIClock: Sendable {
    /// Time that only moves forward.
    public var now: @Sendable () -> Duration
    /// The time of day.
    public var instant: @Sendable () -> Instant
    public var sleep: @Sendable (Duration) async throws -> Void
    /// From 0 to 1.
    public var random: @Sendable () -> Double

    public init(
        now: @escaping @Sendable () -> Duration, instant: @escaping @Sendable () -> Instant,
        sleep: @escaping @Sendable (Duration) async throws -> Void, random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.instant = instant
        self.sleep = sleep
        self.random = random
    }

    /// The machine's.
    public static let system = APIClock(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        },
        instant: { Instant.now() }, sleep: { try await Task.sleep(for: $0) }, random: { Double.random(in: 0...1) })
}

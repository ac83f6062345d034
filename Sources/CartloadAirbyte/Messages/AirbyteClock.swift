// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFlow
internal import Glibc

/// The times that Airbyte's messages carry and their senders wait for, injected so that tests decide them.
public struct AirbyteClock: Sendable {
    public var run: RunClock
    /// The wall clock in microseconds since 1970.
    public var wallMicroseconds: @Sendable () -> Int64
    /// Waits; returns early when the task is cancelled.
    public var sleep: @Sendable (Duration) async -> Void

    public init(
        run: RunClock, wallMicroseconds: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (Duration) async -> Void
    ) {
        self.run = run
        self.wallMicroseconds = wallMicroseconds
        self.sleep = sleep
    }

    /// The machine's clocks.
    public static let system = AirbyteClock(
        run: .system,
        wallMicroseconds: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
        },
        sleep: { try? await Task.sleep(for: $0) })
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc
internal import CartloadFlow

/// The times that Singer adapters read and wait for, injected so that tests decide them.
public struct SingerClock: Sendable {
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
    public static let system = SingerClock(
        run: .system,
        wallMicroseconds: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
        },
        sleep: { try? await Task.sleep(for: $0) })
}

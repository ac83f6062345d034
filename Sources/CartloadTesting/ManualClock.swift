// SPDX-License-Identifier: Apache-2.0

public import CartloadFlow
internal import Synchronization

/// A clock that moves only when it is told to.
public final class ManualClock: Sendable {
    private let elapsed: Mutex<Duration>

    public init(_ start: Duration = .zero) { elapsed = Mutex(start) }

    public func advance(by duration: Duration) { elapsed.withLock { $0 += duration } }

    /// This clock as a run reads it; its wall clock began in 1970.
    public var runClock: RunClock {
        RunClock(
            now: { self.elapsed.withLock { $0 } },
            wallSeconds: { self.elapsed.withLock { $0.components.seconds } })
    }
}

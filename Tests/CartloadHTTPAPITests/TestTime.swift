// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadHTTPAPI
import Synchronization

/// Time that goes on only by sleeping, and at once.
final class TestTime: Sendable {
    private let state: Mutex<(elapsed: Duration, slept: [Duration])>
    let start: Instant
    let chance: Double

    /// - Parameter chance: What every random number is.
    init(_ start: String = "2024-01-02T00:00:00Z", chance: Double = 1) {
        self.start = Instant(start) ?? .earliest
        self.chance = chance
        state = Mutex((.zero, []))
    }

    /// How long somebody slept, each time.
    var slept: [Duration] { state.withLock { $0.slept } }

    func advance(by duration: Duration) { state.withLock { $0.elapsed += duration } }

    var clock: APIClock {
        APIClock(
            now: { self.state.withLock { $0.elapsed } }, instant: { self.start + self.state.withLock { $0.elapsed } },
            sleep: { duration in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.elapsed += duration
                    state.slept.append(duration)
                }
            }, random: { self.chance })
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Lets so many records pass in a second.
struct GeneratorPace {
    private let rate: Double
    private let clock: GeneratorClock
    private let start: Duration
    private var passed = 0

    /// Shorter waits would only make smaller blocks.
    private static let shortestWait = Duration.milliseconds(50)

    init(_ rate: Double, _ clock: GeneratorClock) {
        self.rate = rate
        self.clock = clock
        start = clock.now()
    }

    /// Waits until at least one record is due, and says how many are, up to a limit.
    mutating func take(atMost limit: Int) async throws -> Int {
        while true {
            let elapsed = clock.now() - start
            // The first is due at once.
            let due = Int(min((elapsed / .seconds(1)) * rate, 9e18)) + 1 - passed
            if due > 0 {
                let taken = min(due, limit)
                passed += taken
                return taken
            }
            try await clock.sleep(max(.seconds(Double(passed) / rate) - elapsed, GeneratorPace.shortestWait))
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Time as a generator with a rate sees it, injected so that tests do not wait.
public struct GeneratorClock: Sendable {
    /// Time that only moves forward.
    public var now: @Sendable () -> Duration
    public var sleep: @Sendable (Duration) async throws -> Void

    public init(now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    /// The machine's.
    public static let system: GeneratorClock = {
        let start = ContinuousClock.now
        return GeneratorClock(
            now: { start.duration(to: .now) }, sleep: { try await Task.sleep(for: $0) })
    }()
}

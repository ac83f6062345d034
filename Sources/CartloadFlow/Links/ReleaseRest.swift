// SPDX-License-Identifier: Apache-2.0

/// How long a buffer rests after releases that failed, so that they are not tried again and again.
struct ReleaseRest: Sendable {
    private static let policy = StagePolicy(backoff: .seconds(2), maximumBackoff: .seconds(120))

    /// How many failed one after another.
    private var failures = 0
    /// Before when none is tried by itself.
    private var end: Duration?

    mutating func fail(at now: Duration, random: Double) {
        failures += 1
        end = now + ReleaseRest.policy.wait(after: failures, random: random)
    }

    /// When a release that is due at a time is tried.
    func earliest(_ time: Duration) -> Duration { end.map { max(time, $0) } ?? time }
}

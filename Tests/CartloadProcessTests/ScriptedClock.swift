// SPDX-License-Identifier: Apache-2.0

/// A clock on which every sleep is over at once, or none ever is.
struct ScriptedClock: Clock {
    struct Instant: InstantProtocol {
        var elapsed: Duration
        func advanced(by duration: Duration) -> Instant { Instant(elapsed: elapsed + duration) }
        func duration(to other: Instant) -> Duration { other.elapsed - elapsed }
        static func < (left: Instant, right: Instant) -> Bool { left.elapsed < right.elapsed }
    }

    let isOverAtOnce: Bool

    var now: Instant { Instant(elapsed: .zero) }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        if isOverAtOnce { return }
        // Until it is cancelled.
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        for await _ in stream {}
        continuation.finish()
        try Task.checkCancellation()
    }
}

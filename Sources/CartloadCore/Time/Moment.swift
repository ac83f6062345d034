// SPDX-License-Identifier: Apache-2.0

/// One reading of both clocks: the one that only goes on, and the one on the wall that somebody may set.
public struct Moment: Sendable, Hashable {
    public var monotonic: Duration
    public var wall: Instant

    public init(monotonic: Duration, wall: Instant) {
        self.monotonic = monotonic
        self.wall = wall
    }

    /// What the wall clock showed or will show at a monotonic time, if nobody sets it.
    package func wall(at monotonic: Duration) -> Instant { wall + (monotonic - self.monotonic) }

    /// When the wall clock will show a time, if nobody sets it.
    package func monotonic(at wall: Instant) -> Duration {
        monotonic + .microseconds(wall.microseconds - self.wall.microseconds)
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Times of a schedule that have passed since somebody last looked.
struct PassedTimes: Sendable, Hashable {
    var count = 0
    /// False when there were too many to count.
    var isExact = true
    var first: Instant = .earliest
    /// The last of them, ascending: as many as were asked for, or all.
    var latest: [Instant] = []
    /// How long ago the last one was.
    var lateness: Duration = .zero

    /// All but the last few; nil when that is none.
    func missed(keeping kept: Int) -> MissedTimes? {
        guard count > kept, latest.count > kept else { return nil }
        return MissedTimes(
            count: count - kept, isExact: isExact, first: first, last: latest[latest.count - kept - 1])
    }
}

// SPDX-License-Identifier: Apache-2.0

/// How long a group waits for more commits.
///
/// Whoever was just answered often commits again at once. Those who waited meanwhile would go ahead in a group of their own,
/// and the two would take turns with half the commits in each; a short wait lets them go together. One alone never waits.
struct GatherPolicy {
    /// What a group waits for: so many commits, but not longer than this.
    struct Wish: Equatable {
        var commits: Int
        var patience: Duration
    }

    /// The longest wait (I7).
    let longest: Duration

    init(longest: Duration) { self.longest = longest }

    /// What the next group waits for.
    ///
    /// - Parameters:
    ///   - answered: Commits of the group that ended.
    ///   - waiting: Those that came while it was written.
    ///   - time: What it took; a wait never takes longer than half of that.
    func wish(answered: Int, waiting: Int, time: Duration) -> Wish {
        guard waiting > 0, longest > .zero else { return Wish(commits: 1, patience: .zero) }
        return Wish(commits: answered + waiting, patience: min(longest, time / 2))
    }
}

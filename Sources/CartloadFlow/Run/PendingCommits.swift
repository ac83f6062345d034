// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Commits that were handed over and that not every destination has acknowledged, oldest first (I1).
struct PendingCommits: Sendable {
    /// How many are kept (I7); at least two.
    let capacity: Int
    private(set) var commits: [SavedCheckpoint] = []

    init(capacity: Int) { self.capacity = max(2, capacity) }

    /// Adds the newest one.
    ///
    /// When there are too many, every second of those before it is forgotten, and never the oldest: forgetting the oldest
    /// would leave a destination that is always more than `capacity` behind without any commit that it ever acknowledges.
    /// So a crash repeats a little more than it must.
    mutating func add(_ commit: SavedCheckpoint) {
        if commits.count >= capacity {
            commits = commits.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        }
        commits.append(commit)
    }

    /// Takes out what is acknowledged: its newest is what can be saved, nil when there is nothing new.
    mutating func acknowledge(upTo sequence: Int) -> SavedCheckpoint? {
        let count = commits.prefix { $0.sequence <= sequence }.count
        guard count > 0 else { return nil }
        defer { commits.removeFirst(count) }
        return commits[count - 1]
    }
}

// SPDX-License-Identifier: Apache-2.0

/// The ids of the chunks that came last, so that one that is lent once more is known.
///
/// What was acknowledged never comes again, so that the last few thousand are enough, and memory does not grow (I7).
struct RecentIDs {
    private let limit: Int
    private var new: Set<String> = []
    private var old: Set<String> = []

    /// - Parameter limit: How many are known at least; twice as many at most.
    init(limit: Int = 10_000) { self.limit = limit }

    /// Notes an id.
    ///
    /// - Returns: Whether it is not one of those that came last.
    mutating func note(_ id: String) -> Bool {
        guard !old.contains(id), new.insert(id).inserted else { return false }
        if new.count >= limit { (old, new) = (new, []) }
        return true
    }
}

// SPDX-License-Identifier: Apache-2.0

package import CartloadCore

/// The schedules of many jobs, by number, and a heap of the times at which one of them has something to do.
///
/// An idle job costs its state and a place in the heap; nothing looks at it before its time.
package struct PlannerAgenda: Sendable {
    /// The wall clock may drift so far before times on it are reckoned anew.
    private static let drift: Duration = .milliseconds(1)

    private struct Wake: Comparable {
        var time: Duration
        var job: Int

        /// Jobs that are due at once go in their own order.
        static func < (left: Wake, right: Wake) -> Bool { (left.time, left.job) < (right.time, right.job) }
    }

    private struct Entry {
        var state: ScheduleState
        /// The wake in the heap that counts; others of the job are left over.
        var wake: Duration?
    }

    private var entries: [Int: Entry] = [:]
    private var heap = BinaryHeap<Wake>()
    private var followerCount = 0
    /// How far the wall clock was ahead of the other when it was last looked at.
    private var wallOffset: Int64?

    package init() {}

    package subscript(job: Int) -> ScheduleState? { entries[job]?.state }

    /// Whether somebody has to look now and then whether the wall clock was set.
    package var followsWall: Bool { followerCount > 0 }

    package mutating func insert(_ state: ScheduleState, for job: Int, at now: Moment) {
        remove(job)
        entries[job] = Entry(state: state)
        if state.followsWall { followerCount += 1 }
        schedule(job, now)
    }

    @discardableResult
    package mutating func remove(_ job: Int) -> ScheduleState? {
        guard let state = entries.removeValue(forKey: job)?.state else { return nil }
        if state.followsWall { followerCount -= 1 }
        return state
    }

    /// The next time at which ``advance(to:draw:)`` has something to do; nil for never.
    package mutating func nextWake() -> Duration? {
        while let first = heap.first {
            if entries[first.job]?.wake == first.time { return first.time }
            heap.removeFirst()
        }
        return nil
    }

    /// Does something to the state of a job; nil when there is none.
    package mutating func update<Value>(
        _ job: Int, at now: Moment, _ body: (inout ScheduleState) -> Value
    ) -> Value? {
        guard let index = entries.index(forKey: job) else { return nil }
        let value = body(&entries.values[index].state)
        schedule(job, now)
        return value
    }

    /// Reckons times of the wall clock anew if somebody has set it.
    ///
    /// - Returns: By how much it was set.
    package mutating func noticeWall(_ now: Moment) -> Duration {
        let offset = now.wall.microseconds - now.monotonic.microseconds
        let shift: Duration = .microseconds(offset - (wallOffset ?? offset))
        guard wallOffset == nil || shift > PlannerAgenda.drift || shift < .zero - PlannerAgenda.drift else {
            return .zero
        }
        wallOffset = offset
        if shift != .zero { for (job, entry) in entries where entry.state.followsWall { schedule(job, now) } }
        return shift
    }

    /// Time has gone on: the decisions of all jobs that have something to do, in the order of their times.
    package mutating func advance(to now: Moment, draw: () -> Double) -> [(job: Int, decisions: [ScheduleDecision])] {
        var results: [(job: Int, decisions: [ScheduleDecision])] = []
        while let time = nextWake(), time <= now.monotonic, let first = heap.removeFirst() {
            if let index = entries.index(forKey: first.job) { entries.values[index].wake = nil }
            let decisions = update(first.job, at: now) { $0.advance(to: now, draw: draw) } ?? []
            if !decisions.isEmpty { results.append((first.job, decisions)) }
        }
        return results
    }

    private mutating func schedule(_ job: Int, _ now: Moment) {
        guard let index = entries.index(forKey: job) else { return }
        let wake = entries.values[index].state.nextWake(at: now)
        guard wake != entries.values[index].wake else { return }
        entries.values[index].wake = wake
        if let wake { heap.insert(Wake(time: wake, job: job)) }
        // What is left over stays below what counts (I7).
        guard heap.count > 2 * entries.count + 64 else { return }
        heap.removeAll()
        for (job, entry) in entries { if let wake = entry.wake { heap.insert(Wake(time: wake, job: job)) } }
    }
}

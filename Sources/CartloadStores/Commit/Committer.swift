// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore
internal import SQLiteDatabase

/// Makes what waits durable, a group at a time: payloads in segments first, then one transaction that names them, then
/// the callbacks in order (I1).
///
/// While one group is written the next one gathers. Unchecked because it is made on one thread and then used by the committing
/// thread alone.
final class Committer: @unchecked Sendable {
    private let queue: CommitQueue
    private let frames: FrameWriter
    private let state: StateWriter
    private let policy: GatherPolicy
    /// What has changed in the segments and is not settled.
    private var tally = SegmentTally()

    init(queue: CommitQueue, frames: FrameWriter, state: StateWriter, policy: GatherPolicy) {
        self.policy = policy
        self.queue = queue
        self.frames = frames
        self.state = state
    }

    /// Goes on until the queue is closed and empty.
    func run() {
        var wish = GatherPolicy.Wish(commits: 1, patience: .zero)
        while let group = queue.take(wish) {
            let start = ContinuousClock.now
            let failures = commit(group)
            wish = policy.wish(answered: group.count, waiting: queue.count, time: ContinuousClock.now - start)
            for (commit, failure) in zip(group, failures) { commit.whenDurable(commit.refusal ?? failure) }
        }
    }

    /// Why each commit of a group failed; nil for those that are durable.
    private func commit(_ group: [PendingCommit]) -> [(any Error)?] {
        guard group.contains(where: { !$0.changes.isEmpty }) else { return group.map { _ in nil } }
        defer { settle() }
        do {
            // What may come back keeps its segments, and nothing is written beside it.
            try state.makeSure()
            settle()
            let payloads = group.map(\.payloads)
            var places = try frames.write(payloads.flatMap { $0 })[...]
            let works = zip(group, payloads).map { commit, payloads in
                defer { places = places.dropFirst(payloads.count) }
                return StateWriter.Work(changes: commit.changes, places: places.prefix(payloads.count))
            }
            do {
                tally.add(try state.apply(works))
                return group.map { _ in nil }
            } catch let error as CartloadError where error.code == .sqliteConstraint {
                // One commit contradicts what is stored, and the others must not fail with it.
                return works.map { work in
                    do {
                        tally.add(try state.apply([work]))
                        return nil
                    } catch {
                        return error
                    }
                }
            }
        } catch {
            return group.map { _ in error }
        }
    }

    /// Lets segments go that nobody needs, unless a crash could bring back who does.
    private func settle() {
        guard !state.isUnsure else { return }
        frames.settle(tally)
        tally = SegmentTally()
    }
}

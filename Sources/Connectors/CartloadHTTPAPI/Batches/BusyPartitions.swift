// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// Which batches of each partition are under way: those that a run which is broken off would repeat.
///
/// A batch is under way until it is committed; where nobody says so, until it was read.
final class BusyPartitions: Sendable {
    private struct Underway {
        /// Where the batch begins.
        let place: String
        var isRead = false
    }

    private struct State {
        var batches: [String: [BatchDescription: Underway]] = [:]
        var hearsOfCommits = false
        var changes = 0
        var waiting: [CheckedContinuation<Void, Never>] = []

        func underway(_ partition: String) -> [Underway] {
            batches[partition]?.values.filter { hearsOfCommits || !$0.isRead } ?? []
        }
    }

    /// How many batches of a partition are remembered that were read, while commits are not heard of (I7).
    private static let kept = 64

    private let limit: Int
    private let slices: any BatchSlices
    private let state = Mutex(State())

    /// - Parameter limit: How many batches of a partition may be under way.
    init(limit: Int, _ slices: any BatchSlices) {
        self.limit = limit
        self.slices = slices
    }

    /// Begins a run whose commits are heard of.
    func begin() {
        state.withLock { state in
            state.hearsOfCommits = true
            state.batches = [:]
        }
    }

    /// A number that differs once a partition has become free.
    var changes: Int { state.withLock { $0.changes } }

    func isBusy(_ partition: String) -> Bool { state.withLock { $0.underway(partition).count >= limit } }

    /// Says that a batch is going to be read: a later one that is begun before it waits for it all the same.
    func expect(_ batch: BatchDescription, of partition: String, at place: String) {
        state.withLock { $0.batches[partition, default: [:]][batch] = Underway(place: place) }
    }

    /// Begins a batch, when few enough of its partition's earlier ones are under way: batches are offered ahead, so they may
    /// come too soon. None waits for a later one, so the first always goes on.
    func begin(_ batch: BatchDescription, of partition: String, at place: String) async throws {
        expect(batch, of: partition, at: place)
        while true {
            let (changes, isFree) = state.withLock { state in
                (state.changes, state.underway(partition).count { slices.precedes($0.place, place) } < limit)
            }
            if isFree { return }
            try await waitForChange(since: changes)
        }
    }

    func end(_ batch: BatchDescription, of partition: String) {
        change { state in
            // Kept for the commit; where none is heard of, the last few of a partition are enough.
            state.batches[partition]?[batch]?.isRead = true
            guard !state.hearsOfCommits, state.batches[partition]?.count ?? 0 > BusyPartitions.kept else { return }
            state.batches[partition] = state.batches[partition]?.filter { !$0.value.isRead }
        }
    }

    func commit(_ batch: BatchDescription, of partition: String) {
        change { state in
            state.batches[partition]?[batch] = nil
            if state.batches[partition]?.isEmpty == true { state.batches[partition] = nil }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiting = state.withLock { state in
            body(&state)
            state.changes += 1
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until a partition has become free since then, or the task is cancelled.
    func waitForChange(since changes: Int) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.changes != changes || Task.isCancelled { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            // Those that were not meant look again, and wait again.
            for continuation in waiting { continuation.resume() }
        }
        try Task.checkCancellation()
    }
}

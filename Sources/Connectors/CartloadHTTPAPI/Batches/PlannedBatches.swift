// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// The batches of a plan, and a last one that ends it.
///
/// A few partitions are read side by side, that which is least far first, so that the batches that are under way at the same
/// time belong to different ones.
final class PlannedBatches: Sendable {
    private struct Active {
        let partition: Partition
        var place: String
        var next: (members: JSONObject, end: String)
    }

    private struct State {
        var active: [Active] = []
        var hasAllPartitions = false
        var hasOffered = false
        /// Whose batches were offered last, and may not have been begun.
        var recent: [String] = []
        var isOver = false
    }

    /// How many batches are asked for before they are begun.
    private static let offeredAhead = 4

    private let slices: any BatchSlices
    private let progress: PartitionProgress
    private let partitions: PartitionList
    private let busy: BusyPartitions
    private let width: Int
    private let state = Mutex(State())

    /// - Parameter width: How many partitions are read side by side.
    init(
        _ slices: any BatchSlices, _ progress: PartitionProgress, _ partitions: PartitionList, _ busy: BusyPartitions,
        width: Int
    ) {
        self.slices = slices
        self.progress = progress
        self.partitions = partitions
        self.busy = busy
        self.width = width
    }

    /// The next batch; called by one task at a time.
    func next() async throws -> BatchDescription? {
        while true {
            try await fill()
            let changes = busy.changes
            if let batch = try state.withLock({ try take(&$0) }) { return batch }
            guard state.withLock({ $0.active.isEmpty }) else {
                try await busy.waitForChange(since: changes)
                continue
            }
            return state.withLock { state in
                defer { state.isOver = true }
                // A plan in which there was nothing to do needs no end.
                guard !state.isOver, state.hasOffered || !progress.isFresh else { return nil }
                return [APIStream.lastMember: .string(progress.ends.last ?? "")]
            }
        }
    }

    private func fill() async throws {
        while state.withLock({ $0.active.count < width && !$0.hasAllPartitions }) {
            guard let partition = try await partitions.next() else {
                state.withLock { $0.hasAllPartitions = true }
                return
            }
            let place = progress[partition.name] ?? slices.start
            guard let next = try slices.next(after: place, ends: progress.ends) else { continue }
            state.withLock { $0.active.append(Active(partition: partition, place: place, next: next)) }
        }
    }

    private func take(_ state: inout State) throws -> BatchDescription? {
        let free = state.active.indices.filter { !busy.isBusy(state.active[$0].partition.name) }
        let others = free.filter { !state.recent.contains(state.active[$0].partition.name) }
        let candidates = others.isEmpty ? free : others
        guard var chosen = candidates.first else { return nil }
        for index in candidates where slices.precedes(state.active[index].place, state.active[chosen].place) {
            chosen = index
        }
        let active = state.active[chosen]
        var batch = JSONObject()
        if !active.partition.members.isEmpty { batch["parent"] = .object(active.partition.members) }
        for (name, value) in active.next.members.members { batch[name] = value }
        if let next = try slices.next(after: active.next.end, ends: progress.ends) {
            state.active[chosen].place = active.next.end
            state.active[chosen].next = next
        } else {
            state.active.remove(at: chosen)
        }
        state.hasOffered = true
        state.recent = (state.recent + [active.partition.name]).suffix(PlannedBatches.offeredAhead)
        return BatchDescription(batch)
    }
}

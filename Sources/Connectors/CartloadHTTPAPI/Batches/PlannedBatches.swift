// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// The batches of a plan: all that is left of one partition, then of the next, and a last one that ends the plan.
final class PlannedBatches: Sendable {
    private struct State {
        var partition: Partition?
        var place = ""
        var isOver = false
    }

    private let slices: any BatchSlices
    private let progress: PartitionProgress
    private let partitions: PartitionList
    private let state = Mutex(State())

    init(_ slices: any BatchSlices, _ progress: PartitionProgress, _ partitions: PartitionList) {
        self.slices = slices
        self.progress = progress
        self.partitions = partitions
    }

    /// The next batch; called by one task at a time.
    func next() async throws -> BatchDescription? {
        while true {
            if state.withLock({ $0.isOver }) { return nil }
            if let batch = try state.withLock({ try nextOfPartition(&$0) }) { return batch }
            guard let partition = try await partitions.next() else {
                state.withLock { $0.isOver = true }
                return [APIStream.lastMember: .string(progress.ends.last ?? "")]
            }
            state.withLock { state in
                state.partition = partition
                state.place = progress[partition.name] ?? slices.start
            }
        }
    }

    private func nextOfPartition(_ state: inout State) throws -> BatchDescription? {
        guard let partition = state.partition else { return nil }
        guard let (members, end) = try slices.next(after: state.place, ends: progress.ends) else {
            state.partition = nil
            return nil
        }
        state.place = end
        var batch = JSONObject()
        if !partition.members.isEmpty { batch["parent"] = .object(partition.members) }
        for (name, value) in members.members { batch[name] = value }
        return BatchDescription(batch)
    }
}

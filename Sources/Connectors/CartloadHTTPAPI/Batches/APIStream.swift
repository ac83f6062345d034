// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// One stream of an HTTP API: its partitions, each cut into batches, each read page by page.
///
/// A last batch without records says that a run has come by all of them; from then on partitions that are known get only what
/// is new, and those that are not their whole history.
struct APIStream: CartloadCore.Stream, LazilyBatchedStream, PlannedStream, CommitFollowing,
    ContinuingStream
{
    let definition: StreamDefinition
    let description: StreamDescription
    let slices: any BatchSlices
    /// The partitions anew, for a run.
    let partitions: @Sendable () async throws -> PartitionList
    let exchange: APIExchange
    let form: CheckpointForm
    let busy: BusyPartitions

    static let kind = "api_partitions"
    /// Marks the last batch of a run.
    static let lastMember = "all_until"
    /// How many partitions there are for each batch under way, so that one of them is free.
    private static let partitionsPerBatch = 4

    /// Time goes on, parents come, and what is read again after a while changes; a list that was read once does not.
    var continues: Bool {
        definition.windows != nil || definition.refresh != nil || definition.partitioning != nil
    }

    func plan(since checkpoint: Checkpoint?) async throws -> Checkpoint {
        form.seal(try planned(since: checkpoint).members)
    }

    private func planned(since checkpoint: Checkpoint?) throws -> PartitionProgress {
        let now = exchange.clock.instant()
        var progress = try PartitionProgress(checkpoint, form) ?? PartitionProgress()
        let horizon = try slices.horizon(now: now)
        if let last = progress.ends.last, slices.dependsOnHorizon || !progress.isFresh {
            if horizon != last, progress.ends.count < PartitionProgress.maximumPlans,
                try slices.next(after: last, ends: [horizon]) != nil
            {
                progress.ends.append(horizon)
            }
            return progress
        }
        try progress.move { try slices.reopened($0, now: now) }
        progress.ends = [horizon]
        progress.isFresh = true
        return progress
    }

    func batchSequence(since checkpoint: Checkpoint?) async throws -> BatchSequence {
        var progress = try PartitionProgress(checkpoint, form) ?? PartitionProgress()
        // An engine that knows nothing of plans begins without one.
        if progress.ends.isEmpty { progress = try planned(since: checkpoint) }
        // Where one batch is read at a time, one partition follows the other.
        let width = description.concurrency == 1 ? 1 : description.concurrency * APIStream.partitionsPerBatch
        let sequence = PlannedBatches(slices, progress, try await partitions(), busy, width: width)
        return BatchSequence { try await sequence.next() }
    }

    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        let sequence = try await batchSequence(since: checkpoint)
        var list: [BatchDescription] = []
        while let batch = try await sequence.next() {
            guard list.count < TimeWindows.maximumListed else {
                throw CartloadError(
                    .batchSettings, "\"\(description.name)\" has more than \(TimeWindows.maximumListed) batches",
                    advice: "Use larger steps.")
            }
            list.append(batch)
        }
        return list
    }

    func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint?) throws -> Checkpoint {
        var progress = try PartitionProgress(checkpoint, form) ?? PartitionProgress()
        progress.isFresh = false
        if batch[APIStream.lastMember] != nil {
            progress.ends = []
        } else {
            let name = try partition(of: batch).name
            let end = try end(of: batch, progress)
            if progress[name].map({ slices.precedes($0, end) }) ?? true { progress.move(name, to: end) }
        }
        return form.seal(progress.members)
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        let name = try partition(of: batch).name
        let plain = BatchDescription(batch.value)
        try await busy.begin(plain, of: name, at: start(of: batch))
        defer { busy.end(plain, of: name) }
        try await reading(batch)?.run(into: output)
        try await output.close(batch)
    }

    func willCommit() { busy.begin() }

    func willRead(_ batch: BatchDescription) {
        guard let partition = try? partition(of: batch) else { return }
        busy.expect(BatchDescription(batch.value), of: partition.name, at: start(of: batch))
    }

    func committed(_ batch: BatchDescription) {
        guard let partition = try? partition(of: batch) else { return }
        busy.commit(BatchDescription(batch.value), of: partition.name)
    }

    /// What reads a batch; nil for the one without records.
    func reading(_ batch: BatchDescription) throws -> BatchReading? {
        batch[APIStream.lastMember] == nil ? try BatchReading(self, batch, try partition(of: batch)) : nil
    }

    private func partition(of batch: BatchDescription) throws -> Partition {
        guard let parent = batch["parent"] else { return .whole }
        guard let members = parent.objectValue else {
            throw CartloadError(.batchDescription, "\(batch) is no batch of \"\(description.name)\"")
        }
        return Partition(members: members)
    }

    private func start(of batch: BatchDescription) -> String {
        batch["from"].map { $0.stringValue ?? $0.description } ?? ""
    }

    /// The place where a batch ends.
    private func end(of batch: BatchDescription, _ progress: PartitionProgress) throws -> String {
        switch batch["to"] {
        case .string(let text)?: text
        case .number(let text)?: text
        default: try progress.ends.last ?? slices.horizon(now: exchange.clock.instant())
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Batches within partitions, such as the windows of each channel or the pages of each parent record.
///
/// A description is that of the batch with the partition's name in front: `{"partition": "C1", "from": …, "to": …}`. Each
/// partition has a checkpoint of its own; what these have in common is written once. A partition that is new begins at its
/// beginning.
///
/// Do not name a member of the inner description `partition`.
public struct PartitionedProgress: Sendable {
    /// What happens to the checkpoint of a partition that is not there any more.
    public enum Vanished: String, Sendable, Hashable, CaseIterable {
        /// It is kept: should the partition come back, it goes on where it was.
        case keep
        case drop
    }

    /// How many partitions there may be (I7): each is in every checkpoint.
    public static let maximumPartitions = 100_000
    /// What inner checkpoints have in common, as ``CheckpointForm`` writes it.
    private static let envelope = ["kind", "version", "stream"]

    public let stream: String
    public let vanished: Vanished
    private let form: CheckpointForm

    public init(stream: String, vanished: Vanished = .keep) {
        self.stream = stream
        self.vanished = vanished
        form = CheckpointForm(kind: "partitions", stream: stream)
    }

    /// What is to be read: the plan of each partition, and what to do with those that vanished.
    ///
    /// - Parameters:
    ///   - partitions: Those that there are now, in order.
    ///   - inner: The plan of one, from its checkpoint, as ``TimeWindows/plan(since:now:)`` makes it.
    /// - Throws: `CartloadError` with code `batch.settings` for too many partitions or one that is there twice.
    public func plan(
        since checkpoint: Checkpoint?, partitions: [String], inner: (Checkpoint?) throws -> Checkpoint?
    ) throws -> Checkpoint {
        var members = try members(checkpoint)
        var kept = vanished == .keep ? members.partitions : JSONObject()
        var seen: Set<String> = []
        for partition in partitions {
            guard seen.insert(partition).inserted else {
                throw CartloadError(
                    .batchSettings, "\"\(stream)\" has the partition \"\(partition)\" twice", advice: "Leave one out.")
            }
            let before = members.checkpoint(of: partition)
            if let plan = try inner(before) { kept[partition] = members.stripped(plan) }
        }
        guard kept.count <= PartitionedProgress.maximumPartitions else {
            throw CartloadError(
                .batchSettings, "\"\(stream)\" has \(kept.count) partitions",
                advice: "There may be 100000; drop those that vanished.")
        }
        members.partitions = kept
        return form.seal(members.json)
    }

    /// Where a partition is; nil for one that is new.
    public func progress(of partition: String, in checkpoint: Checkpoint?) throws -> Checkpoint? {
        try members(checkpoint).checkpoint(of: partition)
    }

    /// The batches of each partition in turn, each partition's made when it is its turn.
    ///
    /// - Parameter inner: The batches of one partition, from its checkpoint.
    public func batchSequence(
        since checkpoint: Checkpoint?, partitions: [String],
        inner: @escaping @Sendable (String, Checkpoint?) async throws -> BatchSequence
    ) throws -> BatchSequence {
        let turns = PartitionTurns(partitions)
        let members = try members(checkpoint)
        return BatchSequence {
            while true {
                if let (partition, batches) = turns.current {
                    if let batch = try await batches.next() { return self.batch(batch, of: partition) }
                    turns.end()
                }
                guard let partition = turns.next() else { return nil }
                turns.begin(partition, try await inner(partition, members.checkpoint(of: partition)))
            }
        }
    }

    /// The description of a batch of a partition.
    public func batch(_ inner: BatchDescription, of partition: String) -> BatchDescription {
        var value = JSONObject([("partition", .string(partition))])
        for (key, member) in inner.value.members { value[key] = member }
        return BatchDescription(value, resume: inner.resume)
    }

    /// Takes ``batch(_:of:)`` apart.
    ///
    /// - Throws: `CartloadError` with code `batch.description`.
    public static func parts(of batch: BatchDescription) throws -> (partition: String, inner: BatchDescription) {
        guard let partition = batch["partition"]?.stringValue else {
            throw CartloadError(
                .batchDescription, "\(batch) names no partition",
                advice: "Hand back the descriptions that the stream made.")
        }
        var inner = batch
        inner.value["partition"] = nil
        return (partition, inner)
    }

    /// Where the stream is after one more batch of a partition.
    ///
    /// - Parameter inner: Where the partition is, as ``TimeWindows/checkpoint(after:since:)`` says it.
    public func checkpoint(
        after batch: BatchDescription, since checkpoint: Checkpoint?,
        inner: (BatchDescription, Checkpoint?) throws -> Checkpoint
    ) throws -> Checkpoint {
        let (partition, part) = try PartitionedProgress.parts(of: batch)
        var members = try members(checkpoint)
        let next = try inner(part, members.checkpoint(of: partition))
        members.partitions[partition] = members.stripped(next)
        return form.seal(members.json)
    }

    private func members(_ checkpoint: Checkpoint?) throws -> Members {
        guard let members = try form.open(checkpoint) else { return Members() }
        guard let partitions = members["partitions"]?.objectValue else { throw form.misfit("has no partitions") }
        return Members(common: members["each"]?.objectValue, partitions: partitions)
    }

    private struct Members {
        /// The envelope of the inner checkpoints, once it is known.
        var common: JSONObject?
        var partitions = JSONObject()

        func checkpoint(of partition: String) -> Checkpoint? {
            guard let value = partitions[partition] else { return nil }
            guard let common, let own = value.objectValue, own["kind"] == nil else { return Checkpoint(value) }
            return Checkpoint(
                .object(JSONObject(common.members.map { ($0.key, $0.value) } + own.members.map { ($0.key, $0.value) })))
        }

        /// An inner checkpoint without what all have in common.
        mutating func stripped(_ checkpoint: Checkpoint) -> JSONValue {
            guard var own = checkpoint.value.objectValue else { return checkpoint.value }
            let found = envelope.compactMap { name in own[name].map { (name, $0) } }
            guard found.count == envelope.count else { return checkpoint.value }
            let envelope = JSONObject(found)
            if common == nil { common = envelope }
            guard common == envelope else { return checkpoint.value }
            for name in envelope.keys { own[name] = nil }
            return .object(own)
        }

        var json: JSONObject {
            var json = JSONObject()
            if let common { json["each"] = .object(common) }
            json["partitions"] = .object(partitions)
            return json
        }
    }
}

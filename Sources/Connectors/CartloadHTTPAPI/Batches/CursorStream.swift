// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// A stream of which each run asks for what has changed since the greatest value that an earlier one saw.
///
/// Where records come in any order the cursor moves when all pages were read, and a run that is broken off goes on at a page
/// where the API names pages by tokens or URLs: numbers of pages mean others once records have changed. Where they come in
/// the order of the cursor, it moves page by page.
struct CursorStream: CartloadCore.Stream, LazilyBatchedStream, ContinuingStream, SparinglySampledStream {
    let cursor: CursorDefinition
    /// What asks for the pages; its own batches are not used.
    let pages: APIStream
    let start: CursorValue?
    /// One batch is read after another, so one progress is enough for all of them.
    private let run = Run()

    private final class Run: Sendable {
        let progress = Mutex(CursorProgress())
    }

    private static let kind = "api_cursor"
    /// Marks the batch that ends a run over several partitions.
    private static let lastMember = "all"

    var description: StreamDescription { pages.description }
    var continues: Bool { true }
    var sampleRecords: Int { pages.sampleRecords }
    var sampleBatches: Int { pages.sampleBatches }
    private var form: CheckpointForm { CheckpointForm(kind: CursorStream.kind, stream: description.name) }
    private var isPartitioned: Bool { pages.definition.partitioning != nil }

    init(_ cursor: CursorDefinition, _ pages: APIStream, start: CursorValue?) {
        self.cursor = cursor
        self.pages = pages
        self.start = start
    }

    // MARK: Batches

    func batchSequence(since checkpoint: Checkpoint?) async throws -> BatchSequence {
        let progress = try CursorProgress(checkpoint, form)
        run.progress.withLock {
            $0 = progress
            $0.isBegun = true
        }
        let partitions = try await pages.partitions()
        let isOver = Mutex(false)
        return BatchSequence { [isPartitioned] in
            if let partition = try await partitions.next() { return batch(of: partition, progress) }
            let wasOver = isOver.withLock { isOver in
                defer { isOver = true }
                return isOver
            }
            return wasOver || !isPartitioned ? nil : [CursorStream.lastMember: true]
        }
    }

    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
        let sequence = try await batchSequence(since: checkpoint)
        var list: [BatchDescription] = []
        while let batch = try await sequence.next() { list.append(batch) }
        return list
    }

    private func batch(of partition: Partition, _ progress: CursorProgress) -> BatchDescription {
        var members = JSONObject()
        if !partition.members.isEmpty { members["parent"] = .object(partition.members) }
        if let page = progress.page, page.partition == partition.name {
            for (name, value) in page.batch.members { members[name] = value }
            var resume = JSONObject([("next", page.next)])
            if let greatest = page.greatest { resume["greatest"] = greatest }
            return BatchDescription(members, resume: .object(resume))
        }
        if let value = progress.at[partition.name] {
            members["since"] = value
            if cursor.equal == .skip { members["after"] = true }
        } else if let start {
            members["since"] = start.json
        }
        return BatchDescription(members)
    }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        guard batch[CursorStream.lastMember] == nil else {
            return try await output.close(batch, checkpoint: moved { $0.isBegun = false })
        }
        let partition = batch["parent"]?.objectValue.map { Partition(members: $0) } ?? .whole
        var scan = CursorScan(
            cursor, since: batch["since"].flatMap(cursor.value), skipsEqual: batch["after"] == true,
            greatest: batch.resume?["greatest"].flatMap(cursor.value))
        var reading = try BatchReading.Pages(
            BatchReading(pages, BatchDescription(batch.value), partition), resume: batch.resume?["next"])
        while let page = try await reading.next(blockSize: output.blockSize) {
            var diagnostics = page.diagnostics
            var blocks = try scan.new(among: page.blocks, &diagnostics)
            if blocks.isEmpty, !diagnostics.isEmpty { blocks = [RecordBatch(.rows(Rows([])))] }
            let place = page.next.flatMap { checkpoint(of: batch, partition, scan.greatest, next: $0) }
            for (index, block) in blocks.enumerated() {
                try await output.write(
                    block, bytesRead: index == 0 ? page.byteCount : 0,
                    checkpoint: index == blocks.count - 1 ? place : nil,
                    diagnostics: index == 0 ? diagnostics : Diagnostics())
            }
        }
        try await output.close(
            batch,
            checkpoint: moved { progress in
                progress.page = nil
                if let greatest = scan.greatest { progress.at[partition.name] = greatest.json }
                if !isPartitioned { progress.isBegun = false }
            })
    }

    /// Where a run can go on between two pages; nil where it cannot.
    private func checkpoint(
        of batch: BatchDescription, _ partition: Partition, _ greatest: CursorValue?, next: JSONValue
    ) -> Checkpoint? {
        if cursor.isSorted {
            guard let greatest else { return nil }
            return moved { progress in
                progress.page = nil
                progress.at[partition.name] = greatest.json
            }
        }
        switch pages.definition.paging?.rule {
        case .token?, .url?, .link?: break
        case .number?, .offset?, nil: return nil
        }
        var members = batch.value
        members["parent"] = nil
        return moved { progress in
            progress.page = CursorProgress.Page(
                partition: partition.name, batch: members, greatest: greatest?.json, next: next)
        }
    }

    private func moved(_ change: (inout CursorProgress) -> Void) -> Checkpoint {
        let members = run.progress.withLock { progress in
            change(&progress)
            return progress.members
        }
        return form.seal(members)
    }
}

extension CursorStream: IncrementalStream {
    var replicationKeys: [String] { [cursor.field] }
    var replicationKey: String? { cursor.field }

    func incremental(by key: String, from start: JSONValue?) throws -> any IncrementalStream {
        guard key == cursor.field else {
            throw CartloadError(
                .apiDefinition, "\"\(description.name)\" cannot be read by \"\(key)\"",
                advice: "It can be by \"\(cursor.field)\".")
        }
        guard let start, !start.isNull else { return self }
        guard let value = cursor.value(start) else {
            throw CartloadError(
                .apiDefinition, "\"\(description.name)\" cannot begin at \(start)",
                advice: "Write it as the field \"\(key)\" has it.")
        }
        return CursorStream(cursor, pages, start: value)
    }

    /// The least that a partition has reached; unknown while a run has not come by all of them.
    func replicationValue(at checkpoint: Checkpoint) -> JSONValue? {
        guard let progress = try? CursorProgress(checkpoint, form), !(isPartitioned && progress.isBegun) else {
            return nil
        }
        return progress.at.values.compactMap(cursor.value).min { $0.order < $1.order }?.json
    }
}

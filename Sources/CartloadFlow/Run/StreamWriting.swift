// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The writing half of a ``StreamRun``: takes blocks in order and decides when to commit.
struct StreamWriting: Sendable {
    let run: StreamRun
    let writers: [any DestinationWriter]
    let resumption: Resumption
    let end: StreamEnd
    let rejects: RejectFile?
    /// nil when every commit is durable at once.
    let acknowledgements: Acknowledgements?

    private var outlets: [Outlet] { run.link.outlets }

    /// Writes everything that `next` delivers.
    func run(
        _ next: @Sendable () async throws -> StreamRun.Worked?, release: @Sendable () -> Void
    ) async throws {
        var ahead = resumption.ahead
        var committer = Committer(self)
        let lanes = outlets.count > 1 ? OutletLanes(count: outlets.count, ordering: run.link.ordering) : nil
        defer { lanes?.stop() }
        while let worked = try await next() {
            try reject(worked.diagnostics)
            if let lanes {
                let taking = outlets.indices.filter { ahead[outlets[$0].name] == nil }
                try await lanes.write(worked, to: taking) { try await write($0, to: $1) }
            } else if ahead.isEmpty {
                for batch in worked.prepared.first ?? [] { try await write(batch, to: 0) }
            }
            count(worked, ahead: ahead)
            committer.count(worked)
            release()
            guard let checkpoint = worked.checkpoint else { continue }
            // An outlet that was ahead has everything up to here; from now on it takes part again.
            let caughtUp = ahead.filter { $0.value == checkpoint }.map(\.key)
            if worked.closed != nil || committer.isDue || !caughtUp.isEmpty {
                try await lanes?.settle()
                try await committer.commit(checkpoint, batch: worked.closed, isLast: false, without: Set(ahead.keys))
                for outlet in caughtUp { ahead[outlet] = nil }
                if let batch = worked.closed { (run.stream as? any CommitFollowing)?.committed(batch) }
            }
        }
        try await lanes?.settle()
        // A stream without blocks has only its end to reach.
        if end.isReached { ahead = ahead.filter { $0.value != committer.end } }
        if let (outlet, checkpoint) = ahead.first {
            throw CartloadError(
                .stateDiverged,
                "destination \"\(outlet)\" holds data up to \(checkpoint), a point that the source did not reach again",
                advice: "The input or the options changed since the last run; start over with --fresh.")
        }
        if end.isReached {
            try await committer.commitEnd()
        } else {
            try await committer.commitReached()
            run.meter.update { $0.isStopped = true }
        }
    }

    private func write(_ batch: PreparedBatch, to index: Int) async throws {
        do { try await writers[index].write(batch) } catch let undelivered as UndeliveredBatch {
            run.meter.update { statistics in
                statistics[destination: outlets[index].name].batchesFailed += 1
                statistics.warnings[.stageSkipped, default: 0] += 1
            }
            guard undelivered.policy == .reject else { return }
            var diagnostics = Diagnostics()
            diagnostics.reject(try undelivered.batch.opened(&diagnostics), because: undelivered.reason)
            try reject(diagnostics)
            let count = diagnostics.rejects.count
            run.meter.update { $0[destination: outlets[index].name].recordsRejected += count }
        }
    }

    private func count(_ worked: StreamRun.Worked, ahead: [String: Checkpoint]) {
        run.meter.update { statistics in
            statistics[stream: run.stream.description.name].recordsRead += worked.recordsRead
            statistics[stream: run.stream.description.name].recordsRejected += worked.diagnostics.rejects.count
            statistics[stream: run.stream.description.name].recordsDropped += worked.recordsDropped
            statistics[stream: run.stream.description.name].bytesRead += worked.bytesRead
            statistics[stream: run.stream.description.name].batchesDivided += worked.batchesDivided
            for (code, count) in worked.diagnostics.warnings { statistics.warnings[code, default: 0] += count }
            for (outlet, prepared) in zip(outlets, worked.prepared) where ahead[outlet.name] == nil {
                statistics[destination: outlet.name].recordsWritten += prepared.reduce(0) { $0 + $1.recordCount }
                statistics[destination: outlet.name].bytesWritten += prepared.reduce(0) { $0 + $1.byteCount }
            }
        }
    }

    private func reject(_ diagnostics: Diagnostics) throws {
        guard let first = diagnostics.rejects.first else { return }
        guard let rejects else { throw first.error }
        try rejects.append(diagnostics.rejects)
    }

    /// Counts what passed since the last commit, and commits.
    private struct Committer {
        let writing: StreamWriting
        var sequence: Int
        var records = 0
        var bytes = 0
        var time: Duration
        /// The checkpoint of the last block written, if it had one; nil after a block that the source cannot resume after.
        var reached: Checkpoint?
        var isDirty = false
        /// How many files each writer had at the last commit.
        var filesCounted: [Int]
        /// What the store has.
        var stored: SavedCheckpoint

        init(_ writing: StreamWriting) {
            self.writing = writing
            sequence = writing.resumption.sequence
            reached = writing.resumption.checkpoint
            filesCounted = writing.writers.map { ($0 as? any FileProducing)?.filesWritten ?? 0 }
            stored = SavedCheckpoint(
                sequence: writing.resumption.sequence, checkpoint: writing.resumption.checkpoint,
                receipts: writing.resumption.receipts)
            time = writing.run.options.clock.now()
        }

        mutating func count(_ worked: StreamRun.Worked) {
            records += worked.recordsRead
            bytes += worked.bytesRead
            reached = worked.checkpoint
            isDirty = true
        }

        var isDue: Bool {
            let interval = writing.run.link.interval
            if let limit = interval.records, records >= limit { return true }
            if let limit = interval.bytes, bytes >= limit { return true }
            if let limit = interval.duration, writing.run.options.clock.now() - time >= limit { return true }
            return false
        }

        /// After a clean stop: what was written counts as far as the source can resume.
        mutating func commitReached() async throws {
            guard isDirty, let reached else { return }
            try await commit(reached, batch: nil, isLast: false, without: [])
        }

        /// Where the stream is when it has been read to its end.
        var end: Checkpoint { reached ?? Checkpoint(.null) }

        mutating func commitEnd() async throws {
            try await commit(writing.end.checkpoint ?? end, batch: nil, isLast: true, without: [])
        }

        /// Makes everything written durable, or hands it over to those who acknowledge it later; transactional destinations
        /// last (see ``Resumption``).
        mutating func commit(
            _ checkpoint: Checkpoint, batch: BatchDescription?, isLast: Bool, without excluded: Set<String>
        ) async throws {
            sequence += 1
            let commit = Commit(sequence: sequence, checkpoint: checkpoint, batch: batch, isLast: isLast)
            let run = writing.run
            let (receipts, transactional) = try await commitReceipts(commit, without: excluded)
            // One transactional destination alone holds the only truth (I3).
            let needsStore = !receipts.isEmpty || writing.writers.count > 1
            let next = SavedCheckpoint(
                sequence: sequence, checkpoint: checkpoint, receipts: receipts,
                updatedAt: run.options.clock.wallSeconds())
            if let acknowledgements = writing.acknowledgements {
                // Without an intent: that all transactions were made would not say that the others acknowledged.
                for writer in transactional { _ = try await writer.commit(commit) }
                acknowledgements.add(next)
                try acknowledgements.save(isLast: isLast)
            } else {
                if needsStore && !transactional.isEmpty {
                    stored.intent = SavedCheckpoint.Intent(
                        sequence: sequence, checkpoint: checkpoint, receipts: receipts)
                    stored.updatedAt = next.updatedAt
                    try run.store.save(stored, for: run.checkpointID)
                }
                for writer in transactional { _ = try await writer.commit(commit) }
                if needsStore {
                    stored = next
                    // I1: after everything. The intent and the transactions say as much, so this waits for the next intent.
                    if transactional.isEmpty || isLast { try run.store.save(stored, for: run.checkpointID) }
                }
            }
            run.meter.update { statistics in
                if batch != nil { statistics[stream: run.stream.description.name].batchesDone += 1 }
                for outlet in writing.outlets where !excluded.contains(outlet.name) {
                    statistics[destination: outlet.name].commits += 1
                }
                for (index, outlet) in writing.outlets.enumerated() {
                    let files = (writing.writers[index] as? any FileProducing)?.filesWritten ?? 0
                    statistics[destination: outlet.name].filesWritten += files - filesCounted[index]
                    filesCounted[index] = files
                }
            }
            records = 0
            bytes = 0
            time = run.options.clock.now()
            isDirty = false
        }

        /// Commits where there are no transactions, and says whose are still to be made.
        ///
        /// Those who acknowledge later come first: the last commit of all waits for them, and what the others do in theirs,
        /// such as giving a file its final name, should not be done before.
        private func commitReceipts(
            _ commit: Commit, without excluded: Set<String>
        ) async throws -> (receipts: [String: JSONValue], transactional: [any DestinationWriter]) {
            var receipts: [String: JSONValue] = [:]
            var transactional: [any DestinationWriter] = []
            if let rejects = writing.rejects { receipts[RejectFile.receiptName] = try rejects.commit() }
            let outletWriters = Array(zip(writing.outlets, writing.writers))
            for (outlet, writer) in outletWriters where writer is any AcknowledgingWriter {
                receipts[outlet.name] = try await writer.commit(commit)
            }
            // What they had acknowledged by then must not wait for what can still go wrong here.
            if commit.isLast { try writing.acknowledgements?.save() }
            for (outlet, writer) in outletWriters where !(writer is any AcknowledgingWriter) {
                if outlet.destination is any TransactionalDestination {
                    if !excluded.contains(outlet.name) { transactional.append(writer) }
                } else {
                    receipts[outlet.name] = try await writer.commit(commit)
                }
            }
            return (receipts, transactional)
        }
    }
}

extension CartloadError.Code {
    /// A destination is further than the checkpoint store, at a point that was not reached again.
    public static let stateDiverged = CartloadError.Code("flow.state-diverged")
}

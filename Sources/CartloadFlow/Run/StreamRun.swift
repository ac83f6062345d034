// SPDX-License-Identifier: Apache-2.0

package import CartloadCore

/// One run over one stream: read, process on several cores, write in order, commit.
///
/// Reader, workers and writer run at once; a bounded number of blocks is between them (I7).
struct StreamRun {
    let link: Link
    let stream: any Stream
    /// Names the stream's checkpoints in stores.
    let checkpointID: String
    let store: any CheckpointStore
    let options: EngineOptions
    let meter: RunMeter

    /// A block on its way to the writer.
    struct Worked: Sendable {
        /// For each outlet, what its writer prepared.
        var prepared: [[PreparedBatch]] = []
        /// For each outlet, how many of those there are after each batch of a divided block; empty for one batch.
        var ends: [[Int]] = []
        var diagnostics = Diagnostics()
        /// How many batches a block was divided into beforehand.
        var batchesDivided = 0
        var recordsRead = 0
        /// Records that the link's processors took out without an error.
        var recordsDropped = 0
        var bytesRead = 0
        var checkpoint: Checkpoint?
        /// The batch that ends here; such a piece has no records.
        var closed: BatchDescription?
    }

    /// Forgets every checkpoint of the stream, the store's first: a destination that then still knows its own is only ahead.
    func forget() async throws {
        try store.forget(checkpointID)
        for outlet in link.outlets {
            guard let destination = outlet.destination as? any TransactionalDestination else { continue }
            try await destination.forgetCommits(of: target(of: outlet))
        }
    }

    /// Runs to the end of the stream, or to a clean stop, under a claim of the caller's.
    func run(_ rejects: RejectFile?) async throws {
        let resumption = try await resumption()
        let writers = try await openWriters(resumption)
        let acknowledgements = Acknowledgements(writers, run: self)
        do {
            try await run(writers: writers, resumption, rejects, acknowledgements)
        } catch {
            for writer in writers { try? await writer.close() }  // the first error is the one to report
            try? acknowledgements?.save()
            throw error
        }
        for writer in writers { try await writer.close() }
        // A program that is told to end says what it has made durable.
        try acknowledgements?.save()
    }

    /// Where the run begins.
    func resumption() async throws -> Resumption {
        let saved = try store.load(checkpointID)
        var transactional: [String: Commit?] = [:]
        for outlet in link.outlets {
            guard let destination = outlet.destination as? any TransactionalDestination else { continue }
            transactional[outlet.name] = .some(try await destination.lastCommit(of: target(of: outlet)))
        }
        let participants = link.outlets.count + (link.errorPolicy == .fail ? 0 : 1)
        if participants > 1, saved?.checkpoint != nil, let lost = transactional.first(where: { $0.value == nil }) {
            // It would get only what is new, and lack all that came before.
            throw CartloadError(
                .stateDiverged, "the destination \"\(lost.key)\" no longer knows how far it was, as if it were new",
                advice: "Bring its data back, or start over with --fresh.")
        }
        return Resumption(saved: saved, transactional: transactional, participants: participants)
    }

    private func openWriters(_ resumption: Resumption) async throws -> [any DestinationWriter] {
        var writers: [any DestinationWriter] = []
        do {
            for outlet in link.outlets {
                writers.append(
                    try await outlet.destination.open(target(of: outlet, receipt: resumption.receipts[outlet.name])))
            }
        } catch {
            for writer in writers { try? await writer.close() }
            throw error
        }
        return writers
    }

    /// What an outlet's destination is told about the stream.
    private func target(of outlet: Outlet, receipt: JSONValue? = nil) throws -> DestinationStream {
        let processors = link.processors + outlet.processors
        return DestinationStream(
            stream.description.name,
            schema: try stream.description.schema.map { try processors.schema(from: $0) },
            keys: outlet.keys ?? stream.description.keys, receipt: receipt, checkpointID: checkpointID,
            batchSize: outlet.batchSize)
    }

    private func run(
        writers: [any DestinationWriter], _ resumption: Resumption, _ rejects: RejectFile?,
        _ acknowledgements: Acknowledgements?
    ) async throws {
        var stream = stream
        if let link = stream as? LinkStream { stream = link.stopping(at: Array(resumption.ahead.values), meter) }
        let plan = try await ReadingPlan(
            stream, since: resumption.checkpoint, options, link.batchFailures, keepsOrder: needsSamePoints, meter)
        meter.update { statistics in
            statistics[stream: stream.description.name].batchesTotal =
                stream.description.dividesBatches ? nil : plan.batchCount
            statistics[stream: stream.description.name].bytesTotal = stream.description.byteCount
            if resumption.checkpoint != nil { statistics.isResumed = true }
        }

        let stage = OrderedStage<BatchOutput.Element, Worked>(limit: options.blocksInFlight)
        let end = StreamEnd()
        let writing = StreamWriting(
            run: self, writers: writers, resumption: resumption, end: end, rejects: rejects,
            acknowledgements: acknowledgements)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    let isComplete = try await plan.read(to: end) { try await stage.submit($0) }
                    end.reach(isComplete)
                    stage.finish()
                } catch {
                    stage.finish(throwing: error)
                }
            }
            for _ in 0..<options.workers {
                group.addTask { await stage.work { try self.work($0, writers: writers) } }
            }
            group.addTask { try await ThreadExecutor.run { try await writing.run(stage.next, release: stage.release) } }
            do {
                try await withTaskCancellationHandler {
                    while try await group.next() != nil {}
                } onCancel: {
                    stage.cancel()
                }
            } catch {
                stage.cancel()
                group.cancelAll()
                throw error
            }
        }
    }

    /// The part that runs on every core: open, process, divide, prepare.
    private func work(_ element: BatchOutput.Element, writers: [any DestinationWriter]) throws -> Worked {
        var worked = Worked()
        switch element {
        case .closed(let batch, let checkpoint):
            worked.closed = batch
            worked.checkpoint = checkpoint
        case .records(let sealed, let bytesRead, let checkpoint, let diagnostics):
            worked.diagnostics = diagnostics
            let earlier = diagnostics.rejects.count
            let (batch, recordsRead) = try link.processors.process(opening: sealed, &worked.diagnostics)
            worked.recordsRead = recordsRead + earlier
            worked.bytesRead = bytesRead
            worked.checkpoint = checkpoint
            worked.recordsDropped = worked.recordsRead - (batch.count ?? 0) - worked.diagnostics.rejects.count
            for (outlet, writer) in zip(link.outlets, writers) {
                var prepared: [PreparedBatch] = []
                try prepare(batch, outlet, writer, into: &prepared, &worked.diagnostics)
                worked.prepared.append(prepared)
            }
        case .divided(let block):
            worked.diagnostics = block.diagnostics
            worked.recordsRead = block.recordsRead
            worked.recordsDropped = block.recordsDropped
            worked.bytesRead = block.bytesRead
            worked.checkpoint = block.checkpoint
            worked.batchesDivided = block.parts.count
            guard let batch = block.batch else { break }
            for (outlet, writer) in zip(link.outlets, writers) {
                if let writer = writer as? PushWriter, writer.takesParts, !needsBarrier,
                    link.processors(for: outlet).isEmpty,
                    outlet.batchers.isEmpty
                {
                    worked.prepared.append([writer.prepare(batch, parts: block.parts)])
                    continue
                }
                var prepared: [PreparedBatch] = []
                var ends: [Int] = []
                for part in block.parts {
                    try prepare(batch.part(part), outlet, writer, into: &prepared, &worked.diagnostics)
                    ends.append(prepared.count)
                }
                worked.prepared.append(prepared)
                worked.ends.append(ends)
            }
        }
        return worked
    }

    /// Whether outlets wait for one another after every batch.
    private var needsBarrier: Bool { link.outlets.count > 1 && link.ordering == .together }

    /// What is done to a batch for one outlet.
    private func prepare(
        _ batch: RecordBatch, _ outlet: Outlet, _ writer: any DestinationWriter, into prepared: inout [PreparedBatch],
        _ diagnostics: inout Diagnostics
    ) throws {
        var batch = batch
        for processor in link.processors(for: outlet) { batch = try processor.process(batch, &diagnostics) }
        if outlet.batchers.isEmpty {
            if batch.count != 0 { prepared.append(try writer.prepare(batch, &diagnostics)) }
            return
        }
        for part in try batch.divided(by: outlet.batchers) where part.count != 0 {
            prepared.append(try writer.prepare(part, &diagnostics))
        }
    }
}

extension [any Processor] {
    /// The schema that comes out of the last one.
    package func schema(from input: Schema) throws -> Schema {
        try reduce(input) { try $1.schema(from: $0) }
    }
}

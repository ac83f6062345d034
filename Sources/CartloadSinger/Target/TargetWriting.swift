// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// The writing half of a target: takes the work in order, makes it durable, and only then lets a STATE go.
struct TargetWriting {
    private struct Stream {
        var stream: TargetStream
        var writer: any DestinationWriter
        var versions = VersionLedger()
        var isDirty = false
    }

    let run: TargetRun
    let group: any DestinationGroup
    let rejects: RejectFile?

    private var streams: [String: Stream] = [:]
    private var order: [String] = []
    private var ledger: TargetLedger
    private var sequence = 0
    private var consumed: [BatchFileAccess.Place] = []

    init(_ run: TargetRun, group: any DestinationGroup, rejects: RejectFile?) {
        self.run = run
        self.group = group
        self.rejects = rejects
        ledger = TargetLedger(run.options.drain)
    }

    /// Writes everything that `next` delivers.
    ///
    /// When the input or a record is at fault, what came before it is made durable and its STATE goes out first.
    mutating func write(
        _ next: @Sendable () async throws -> TargetWork?, release: @Sendable () -> Void
    ) async throws {
        while true {
            let work: TargetWork
            do {
                guard let received = try await next() else { break }
                work = received
                if case .records(_, _, let diagnostics, _, _) = work { try reject(diagnostics) }
            } catch let error as CartloadError where error.code != .singerOutput {
                try? await commit(isLast: false)  // the first error is the one to report
                throw error
            }
            try await take(work)
            if case .tick = work {} else { release() }
            if ledger.isDue(at: run.clock.now()) { try await commit(isLast: false) }
        }
        try await commit(isLast: !run.stop.isRequested)
    }

    private mutating func take(_ work: TargetWork) async throws {
        switch work {
        case .tick, .piece(.records), .piece(.batch): break
        case .records(let stream, let prepared, let diagnostics, let bytesRead, let stamps):
            try await write(stream, prepared, diagnostics, bytesRead, stamps.version)
        case .piece(.state(let value)): ledger.reached(value, at: run.clock.now())
        case .piece(.schema(let plan, let answer)): try await open(plan, answer)
        case .piece(.files(let stream, let files, let promise)): try await load(files, promise, stream.name)
        case .piece(.activate(let stream, let version)):
            streams[stream.name]?.versions.activate(version)
            streams[stream.name]?.isDirty = true
        case .piece(.batchEnd(let end)):
            consumed += end.consumed
            run.meter.update { $0[stream: end.stream.name].batchesDone += 1 }
        }
    }

    private mutating func write(
        _ stream: TargetStream, _ prepared: PreparedBatch?, _ diagnostics: Diagnostics, _ bytesRead: Int,
        _ version: Int64?
    ) async throws {
        let name = stream.name
        if let prepared, let writer = streams[name]?.writer {
            try await writer.write(prepared)
            streams[name]?.isDirty = true
            ledger.wrote(records: prepared.recordCount, bytes: prepared.byteCount, at: run.clock.now())
            if let version { streams[name]?.versions.wrote(version) }
        }
        let written = prepared?.recordCount ?? 0
        run.meter.update { statistics in
            statistics[stream: name].recordsRead += written + diagnostics.rejects.count
            statistics[stream: name].recordsRejected += diagnostics.rejects.count
            statistics[stream: name].bytesRead += bytesRead
            for (code, count) in diagnostics.warnings { statistics.warnings[code, default: 0] += count }
            statistics[destination: run.destinationName].recordsWritten += written
            statistics[destination: run.destinationName].bytesWritten += prepared?.byteCount ?? 0
        }
    }

    /// Has the writer load files itself.
    private mutating func load(_ files: BatchFiles, _ promise: BatchPromise, _ name: String) async throws {
        // If they turn out to be others than was promised, what came before them is good all the same.
        if promise.exact != nil, ledger.isDirty { try await commit(isLast: false) }
        guard let writer = streams[name]?.writer as? any BatchFileLoading else {
            preconditionFailure("the writer said that it loads files")
        }
        let count = try await writer.process(batchFiles: files)
        try promise.check(total: count, warn: run.warn)
        streams[name]?.isDirty = true
        ledger.wrote(records: count, bytes: 0, at: run.clock.now())
        run.meter.update { statistics in
            statistics[stream: name].recordsRead += count
            statistics[destination: run.destinationName].recordsWritten += count
        }
    }

    /// Bad records go to the reject file, or else the first ends the run (I9).
    private func reject(_ diagnostics: Diagnostics) throws {
        guard let first = diagnostics.rejects.first else { return }
        guard let rejects else { throw first.error }
        try rejects.append(diagnostics.rejects)
    }

    // MARK: Streams

    /// Opens a stream, or goes on with its new schema, and tells the reader, who waits.
    private mutating func open(_ plan: TargetStreamPlan, _ answer: OneAnswer<any DestinationWriter>) async throws {
        do {
            let writer = try await writer(for: plan)
            await answer.give(.success(writer))
        } catch {
            await answer.give(.failure(error))
            throw error
        }
    }

    private mutating func writer(for plan: TargetStreamPlan) async throws -> any DestinationWriter {
        let name = plan.message.stream
        let target = DestinationStream(
            name, schema: try plan.written(), keys: plan.message.keyProperties, checkpointID: "singer/\(name)")
        if let known = streams[name] {
            if let following = known.writer as? any SchemaFollowing { try await following.follow(target) }
            streams[name]?.stream = TargetStream(plan, writer: known.writer)
            return known.writer
        }
        // What an earlier run began and gave up is not gone on with: its records come again.
        if let destination = run.destination as? any TransactionalDestination {
            if ledger.isDirty { try await commit(isLast: false) }
            try await destination.forgetCommits(of: target)
        }
        let writer = try await group.open(target)
        streams[name] = Stream(stream: TargetStream(plan, writer: writer), writer: writer)
        order.append(name)
        return writer
    }

    // MARK: Commits

    private mutating func commit(isLast: Bool) async throws {
        for name in order { try await activate(name, isEnd: isLast) }
        let dirty = order.filter { streams[$0]?.isDirty == true || isLast }
        if !dirty.isEmpty {
            if let rejects { _ = try rejects.commit() }
            sequence += 1
            let checkpoint = Checkpoint(ledger.state.map { .string($0.text) } ?? .null)
            let commits = dirty.compactMap { name in
                streams[name].map {
                    StreamCommit($0.writer, Commit(sequence: sequence, checkpoint: checkpoint, isLast: isLast))
                }
            }
            try await group.commit(commits)
            for name in dirty { streams[name]?.isDirty = false }
            run.meter.update { $0[destination: run.destinationName].commits += 1 }
        }
        // I1: everything that the STATE covers is durable.
        if let state = ledger.committed(keepingState: run.options.acknowledgesAtEnd && !isLast) {
            try run.output.put(line: state)
        }
        let usedUp = consumed
        consumed = []
        await run.options.batchFiles.remove(usedUp, warn: run.warn)
    }

    private mutating func activate(_ name: String, isEnd: Bool) async throws {
        guard let version = streams[name]?.versions.take(isEnd: isEnd) else { return }
        streams[name]?.isDirty = true
        guard let writer = streams[name]?.writer as? any VersionedWriter else {
            run.warn(
                CartloadError(
                    .singerVersion, "the destination cannot take older versions of \"\(name)\" away; they stay"))
            return
        }
        let removal: VersionActivation.Removal =
            run.options.deletesHard
            ? .hard
            : .soft(
                column: MetadataColumns.deleted,
                text: Moment.text(microseconds: run.clock.wall().microseconds))
        try await writer.activate(
            VersionActivation(version: version, column: MetadataColumns.version, removal: removal))
    }
}

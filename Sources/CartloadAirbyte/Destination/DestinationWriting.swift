// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// The writing half of a destination: takes the work in order, makes it durable, and only then lets STATEs go.
struct DestinationWriting {
    let run: DestinationRun
    let group: any DestinationGroup
    let streams: [LoadedStream]
    let rejects: RejectFile?
    private var ledger: StateLedger
    private var sequence = 0
    private var dirty: Set<StreamDescriptor> = []
    private var complete: Set<StreamDescriptor> = []

    init(_ run: DestinationRun, group: any DestinationGroup, streams: [LoadedStream], rejects: RejectFile?) {
        self.run = run
        self.group = group
        self.streams = streams
        self.rejects = rejects
        // A part that no later attempt can go on with is lost with the run, and so must be its states.
        let keepsParts = run.destination is any TransactionalDestination
        ledger = StateLedger(
            run.options.drain,
            holdsStates: streams.contains { $0.plan.swaps && !(keepsParts && $0.plan.generation != nil) })
    }

    /// Writes everything that `next` delivers.
    ///
    /// When the input or a record is at fault, what came before it is made durable and its states go out first.
    mutating func write(
        _ next: @Sendable () async throws -> DestinationWork?, release: @Sendable () -> Void
    ) async throws {
        while true {
            let work: DestinationWork
            do {
                guard let received = try await next() else { break }
                work = received
                if case .records(_, _, let diagnostics, _) = work { try reject(diagnostics) }
            } catch let error as CartloadError where error.code != .airbyteOutput {
                try? await commit(isLast: false)  // the first error is the one to report
                throw error
            }
            try await take(work)
            if case .tick = work {} else { release() }
            if ledger.isDue(at: run.output.clock.now()) { try await commit(isLast: false) }
        }
        try await commit(isLast: !run.stop.isRequested)
    }

    private mutating func take(_ work: DestinationWork) async throws {
        switch work {
        case .tick: break
        case .records(let stream, let prepared, let diagnostics, let bytesRead):
            if let prepared {
                try await stream.writer.write(prepared)
                dirty.insert(stream.descriptor)
                ledger.wrote(
                    records: prepared.recordCount, bytes: prepared.byteCount, at: run.output.clock.now())
            }
            count(stream, prepared, diagnostics, bytesRead)
        case .state(let line): try ledger.reached(line, at: run.output.clock.now())
        case .complete(let stream): complete.insert(stream.descriptor)
        }
    }

    private func count(
        _ stream: LoadedStream, _ prepared: PreparedBatch?, _ diagnostics: Diagnostics, _ bytesRead: Int
    ) {
        let written = prepared?.recordCount ?? 0
        let name = stream.target.name
        run.meter.update { statistics in
            statistics[stream: name].recordsRead += written + diagnostics.rejects.count
            statistics[stream: name].recordsRejected += diagnostics.rejects.count
            statistics[stream: name].bytesRead += bytesRead
            for (code, count) in diagnostics.warnings { statistics.warnings[code, default: 0] += count }
            statistics[destination: run.name].recordsWritten += written
            statistics[destination: run.name].bytesWritten += prepared?.byteCount ?? 0
        }
    }

    private func reject(_ diagnostics: Diagnostics) throws {
        guard let first = diagnostics.rejects.first else { return }
        guard let rejects else { throw first.error }
        try rejects.append(diagnostics.rejects)
    }

    private mutating func commit(isLast: Bool) async throws {
        var commits: [StreamCommit] = []
        sequence += 1
        for stream in streams where isLast || dirty.contains(stream.descriptor) {
            // What is replaced is replaced only by a whole: its source has to say that it was all.
            let isWhole = complete.contains(stream.descriptor) || !stream.plan.truncates
            if isLast, !isWhole {
                try run.output.log(
                    .warn, "\"\(stream.descriptor)\" did not come to its end; what there was of it before stays")
            }
            if isLast, isWhole, stream.plan.removes, let generation = stream.plan.generation {
                try await (stream.writer as? any VersionedWriter)?.activate(
                    VersionActivation(version: Int64(generation), column: GenerationColumn.name, removal: .hard))
            }
            commits.append(
                StreamCommit(
                    stream.writer,
                    Commit(
                        sequence: sequence, checkpoint: stream.plan.checkpoint(isComplete: isLast && isWhole),
                        isLast: isLast && isWhole)))
        }
        if !commits.isEmpty {
            if let rejects { _ = try rejects.commit() }
            try await group.commit(commits)
            dirty = []
            run.meter.update { $0[destination: run.name].commits += 1 }
        }
        // I1: everything that the states cover is durable.
        let isComplete = isLast && streams.allSatisfy { !$0.plan.swaps || complete.contains($0.descriptor) }
        for state in ledger.committed(isComplete: isComplete) { try run.output.lines.put(line: state) }
    }
}

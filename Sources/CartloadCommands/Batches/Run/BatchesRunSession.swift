// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore
internal import CartloadFlow
internal import CartloadFormats
internal import CartloadStorage
internal import Glibc

/// One `cartload batches run` as the user sees it: state, files, signals, progress, summary and exit code around the run.
struct BatchesRunSession {
    let request: BatchesRunRequest
    let connection: BatchesConnection
    let context: CommandContext
    let showsProgress: Bool
    let isJSON: Bool

    private struct Outcome {
        var state: RunState
        var isDone = false
        var totals: JSONValue?
        var failure: (any Error)?
    }

    func run() async throws -> ExitStatus {
        let start = ContinuousClock().now
        let client = try connection.client()
        let mark = try InputMark(of: request.input.path)
        let file =
            request.isStandardOutput
            ? nil : try RunStateFile(directory: request.stateDirectory, output: absolute(request.output))
        let (state, isResumed) = try await state(file, mark, client)
        if state.isComplete, let file {
            try publish(state)
            file.remove()
            return try report(Outcome(state: state, isDone: true), ContinuousClock().now - start, isResumed: true, nil)
        }
        let stop = StopRequest()
        let signal = context.watchSignals(stop)
        let ledger = RunLedger(file, state)
        let window = RunWindow(
            OrderingWindow(isOrdered: request.isOrdered, next: state.next, left: state.written))
        let pipeline = RunPipeline(
            client, ServiceReference(request.service), request.creation, ledger, window)
        let meter = BatchesMeter(
            name: request.service,
            BatchesMeter.Reading(
                counts: state.counts, totalBytes: request.input.byteCount, resumedRecords: state.counts.records))
        stop.onRequest { window.stop() }
        let progress =
            showsProgress
            ? Task.detached { [console = context.console] in
                await BatchesProgressDisplay(console: console, meter: meter).show()
            } : nil
        var outcome = Outcome(state: state)
        do {
            outcome = try await run(ledger, window, pipeline, meter, stop)
        } catch {
            outcome.failure = error
        }
        progress?.cancel()
        await progress?.value
        outcome.state = ledger.current
        if outcome.isDone { ledger.remove() }
        if !outcome.isDone, outcome.failure == nil, request.interruption == .cancel, let id = outcome.state.pipeline {
            _ = try? await client.batches.of(id).cancel()
        }
        return try report(outcome, ContinuousClock().now - start, isResumed: isResumed, signal())
    }

    private func run(
        _ ledger: RunLedger, _ window: RunWindow, _ pipeline: RunPipeline, _ meter: BatchesMeter, _ stop: StopRequest
    ) async throws -> Outcome {
        let state = ledger.current
        let passed = PassedChunks()
        // First the files: their locks keep two runs from using one state.
        let writer = try makeWriter(state, passed)
        defer { writer.leave() }
        return try await BatchesFailure.translating {
            guard try await prepare(pipeline, stop) else { return Outcome(state: state) }
            let console = context.console
            let run = BatchesRun(
                window, ledger, pipeline, meter, passed, limits: request.limits, note: { console.note($0) })
            var outcome = Outcome(state: state)
            outcome.isDone = try await run.run(
                reading: {
                    try request.input.open(
                        at: state.next == 0 ? nil : state.position, from: state.next, request.body, request.chunks)
                }, writing: writer)
            if outcome.isDone, request.summary != nil, ledger.current.pipelineCount == 1 {
                outcome.totals = try? await pipeline.get().pipeline.getInfo().summary?.summaryOutput
            }
            return outcome
        }
    }

    /// Finds the pipeline of an earlier run, or makes one.
    ///
    /// - Returns: Whether there is one; not when somebody stops the run while the server is away.
    private func prepare(_ pipeline: RunPipeline, _ stop: StopRequest) async throws -> Bool {
        let preparing = Task { [console = context.console] in
            if let text = try await pipeline.resume() { console.note(text) }
            _ = try await pipeline.get()
        }
        stop.onRequest { preparing.cancel() }
        do {
            try await preparing.value
            return true
        } catch let error as CancellationError {
            guard stop.isRequested else { throw error }
            return false
        }
    }

    /// Where an earlier run left off, or a beginning.
    private func state(_ file: RunStateFile?, _ mark: InputMark, _ client: BatchesClient) async throws
        -> (state: RunState, isResumed: Bool)
    {
        let key = request.key(connection.endpoint)
        let beginning = RunState(key: key, service: request.service, path: request.input.path, input: mark)
        guard let file else { return (beginning, false) }
        let earlier: RunState?
        do { earlier = try file.load() } catch {
            guard request.isFresh else { throw error }
            earlier = nil
        }
        guard let earlier else { return (beginning, false) }
        if !request.isFresh, earlier.key == key {
            if earlier.isComplete, isPublished(earlier) { return (earlier, true) }
            try mark.check(against: earlier.input, request.input.path)
            return (earlier, true)
        }
        // Nothing that was written is thrown away unasked.
        if !request.isFresh, earlier.hasOutput, !(earlier.isComplete && isPublished(earlier)) {
            throw anotherRun(earlier)
        }
        // What it left on the server nobody will ask for.
        if let id = earlier.pipeline { _ = try? await client.batches.of(id).cancel() }
        file.remove()
        return (beginning, false)
    }

    private func anotherRun(_ earlier: RunState) -> CartloadError {
        let what =
            if earlier.service != request.service, !earlier.service.isEmpty {
                "runs \(earlier.service), not \(request.service)"
            } else if earlier.path != request.input.path, !earlier.path.isEmpty {
                "reads \(earlier.path), not \(request.input.path)"
            } else {
                "has other options, or another server"
            }
        return CartloadError(
            .anotherRun, "the unfinished run into this file \(what)", at: Location(source: request.output),
            advice: "Give the earlier command again to finish it, or start over with --fresh.")
    }

    private func makeWriter(_ state: RunState, _ passed: PassedChunks) throws -> RunWriter {
        let isBeginning = state.next == 0 && state.written.isEmpty
        let output = try OutputFile(request.output, resumingAt: isBeginning ? nil : state.outputBytes)
        let rejects =
            try request.rejects.isEmpty
            ? nil : OutputFile(request.rejects, resumingAt: isBeginning ? nil : state.rejectBytes)
        return RunWriter(
            request.form, output: output, rejects: RejectOutput(rejects, source: request.input.path), state: state,
            passed: passed)
    }

    /// Whether the output of a complete run is in its place already.
    private func isPublished(_ state: RunState) -> Bool {
        access(AsideFile.asidePath(for: request.output), F_OK) != 0 && access(request.output, F_OK) == 0
    }

    /// Moves the files of a complete run into their places, which it was kept from.
    private func publish(_ state: RunState) throws {
        for (path, length) in [(request.output, state.outputBytes), (request.rejects, state.rejectBytes)]
        where !path.isEmpty && access(AsideFile.asidePath(for: path), F_OK) == 0 {
            let file = try OutputFile(path, resumingAt: length)
            if length > 0 || path == request.output { try file.publish() } else { file.discard() }
        }
    }

    private func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }

    private func report(_ outcome: Outcome, _ duration: Duration, isResumed: Bool, _ signal: Int32?) throws
        -> ExitStatus
    {
        // Whoever read standard output has enough, which is no failure.
        let isOutputClosed = outcome.failure is OutputClosed
        let summary = BatchesRunSummary(
            request: request, state: outcome.state, duration: duration, isResumed: isResumed, isDone: outcome.isDone,
            totals: outcome.totals, failure: isOutputClosed ? nil : outcome.failure, signal: signal)
        if let failure = summary.failure {
            context.console.report(failure)
            if let text = summary.resuming { context.console.note(text) }
        } else if !isOutputClosed {
            context.console.note(summary.text)
        }
        if isJSON { try context.console.print(summary.json(error: summary.failure.map { context.json(of: $0) })) }
        return isOutputClosed ? .done : summary.status
    }
}

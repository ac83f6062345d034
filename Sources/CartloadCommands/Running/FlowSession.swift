// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadFiles
internal import CartloadFlow

/// One run as the user sees it: signals, progress, summary and exit code around the runner.
struct FlowSession {
    let flow: FlowDefinition
    let options: RunRequest
    let context: CommandContext
    let showsProgress: Bool
    let isJSON: Bool
    let statisticsFile: String?

    func run() async throws -> ExitStatus {
        let stop = StopRequest()
        let meter = RunMeter(flow: flow.name)
        let signals = context.watchSignals(stop)
        let start = ContinuousClock().now
        let progress =
            showsProgress
            ? Task.detached { [console = context.console] in
                await ProgressDisplay(console: console, meter: meter).show()
            } : nil
        var statistics: RunStatistics
        var failure: (any Error)?
        do {
            let runContext = RunContext(
                registry: context.registry, meter: meter, stop: stop, logger: context.logger("flow"))
            statistics = try await context.runner(flow, options, runContext)
        } catch {
            statistics = meter.snapshot
            failure = error
        }
        progress?.cancel()
        await progress?.value
        if statistics.duration == .zero { statistics.duration = ContinuousClock().now - start }
        // Whoever read standard output has enough, which is no failure: `cartload copy x - | head -1`.
        let isOutputClosed = (failure as? CartloadError)?.code == .outputClosed
        if isOutputClosed { failure = nil }
        // A run that ends because it was cancelled after a signal has stopped, not failed.
        if stop.isRequested, failure is CancellationError {
            failure = nil
            statistics.isStopped = true
        }
        let status = status(statistics, failure, signal: signals())
        try report(statistics, failure, status, isQuiet: isOutputClosed)
        return status
    }

    private func status(_ statistics: RunStatistics, _ failure: (any Error)?, signal: Int32?) -> ExitStatus {
        if let failure { return ExitStatus(of: failure) }
        if statistics.isStopped { return signal.map { .interrupted(by: $0) } ?? .done }
        return statistics.recordsRejected > 0 || statistics.batchesFailed > 0 ? .doneWithRejects : .done
    }

    private func report(
        _ statistics: RunStatistics, _ failure: (any Error)?, _ status: ExitStatus, isQuiet: Bool
    ) throws {
        var result = JSONObject([("status", .string(status.word))])
        for (key, value) in statistics.json.objectValue?.members ?? [] { result[key] = value }
        if let failure {
            result["error"] = context.json(of: failure)
            context.console.report(failure)
        } else if !isQuiet {
            context.console.note(RunSummary(statistics: statistics).text)
        }
        let json = context.console.redactor.redact(.object(result))
        if let statisticsFile {
            try AtomicFile.write(json.pretty() + "\n", to: statisticsFile)
        }
        // Nobody reading the result changes nothing about it.
        if isJSON { do { try context.console.print(json) } catch is OutputClosed {} }
    }
}

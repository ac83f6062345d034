// SPDX-License-Identifier: Apache-2.0

internal import CMemory
internal import CartloadCore
internal import CartloadFlow
internal import CartloadSinger

/// One run of a tap or target as the user sees it: signals, what is said on stderr, the exit code.
struct SingerSession {
    /// What the program is called in the summary: `tap-sqlite`.
    let name: String
    let context: CommandContext

    /// Runs until `body` ends.
    ///
    /// - Parameters:
    ///   - tellsAmounts: Whether it is told at the end how much was read and written.
    ///   - body: Is given the stop request, the meter and what to do with warnings.
    func run(
        tellsAmounts: Bool = true,
        _ body: (StopRequest, RunMeter, @escaping @Sendable (CartloadError) -> Void) async throws -> Void
    ) async throws -> ExitStatus {
        let stop = StopRequest()
        let meter = RunMeter(flow: name)
        let signals = context.watchSignals(stop)
        let start = ContinuousClock().now
        let warnings = WarningOutput(console: context.console)
        var failure: (any Error)?
        cl_memory_forget_start()
        do {
            try await body(stop, meter) { warnings.warn($0) }
        } catch {
            failure = error
        }
        var statistics = meter.snapshot
        statistics.duration = ContinuousClock().now - start
        if stop.isRequested {
            // The end was not reached, whatever came to pass: nobody may take this for a complete run.
            statistics.isStopped = true
            if failure is CancellationError { failure = nil }
        }
        if let failure { throw failure }
        if tellsAmounts { context.console.note(RunSummary(statistics: statistics).text) }
        if statistics.isStopped { return signals().map { .interrupted(by: $0) } ?? .failed }
        return statistics.recordsRejected > 0 ? .doneWithRejects : .done
    }
}

/// Prints warnings, a bounded number of each kind.
private struct WarningOutput: Sendable {
    let console: Console
    private let counter = WarningCounter()

    init(console: Console) { self.console = console }

    func warn(_ error: CartloadError) {
        guard counter.admits(error.code) else { return }
        console.note("warning: \(error)")
    }
}

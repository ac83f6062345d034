// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore
internal import CartloadFlow

/// `cartload batches watch ID`
struct BatchesWatchCommand: Command {
    static let definition = CommandDefinition(
        name: "batches watch", summary: "Show how a pipeline goes until it ends.",
        discussion: "On a terminal the line is live; otherwise there is one every 10 seconds, and one at the end.",
        arguments: [.pipeline],
        options: [
            .value("timeout-after", "time", "Stop watching after this time; the pipeline goes on.")
        ] + BatchesConnection.options + [.flag("json", "Print each status as JSON, one a line.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let limit = try arguments.duration("timeout-after")
        let client = try BatchesConnection(arguments, context).client()
        let pipeline = client.batches.of(arguments.argument("id") ?? "")
        let stop = StopRequest()
        let signal = context.watchSignals(stop)
        let clock = ContinuousClock()
        let start = clock.now
        var rate = ProgressRate(window: .seconds(10))
        var told: Duration?
        let isJSON = arguments.flag("json")
        while true {
            let status = try await BatchesFailure.translating {
                // A server that does not wait is asked again after a while.
                try await pipeline.getStatus(wait: told == nil ? nil : .milliseconds(500))
            }
            let elapsed = clock.now - start
            rate.add(at: elapsed, records: status.recordsCompleted, bytes: 0)
            let isLast = status.isOver || stop.isRequested || limit.map { elapsed >= $0 } ?? false
            let line = WatchLine(status: status, rate: rate).text
            if context.console.isLive, !isLast, !isJSON {
                context.console.draw(line)
                told = elapsed
            } else if isLast || told.map({ elapsed - $0 >= .seconds(10) }) ?? true {
                told = elapsed
                try context.console.print(isJSON ? "\(status.json)\n" : line + "\n")
            }
            if isLast {
                if let number = signal() { return .interrupted(by: number) }
                return ["failed", "cancelled"].contains(status.batchStatus) ? .failed : .done
            }
            try await clock.sleep(for: .milliseconds(200))
        }
    }
}

/// A status with its rate and when it will be over.
struct WatchLine {
    let status: PipelineStatus
    let rate: ProgressRate

    /// `in_progress: 200 of 400 records, …, 1,200 records/s, ETA 0:02`
    var text: String {
        var line = status.line
        guard let speed = rate.perSecond, speed.records > 0, !status.isOver else { return line }
        line += ", \(Amount(speed.records)) records/s"
        let left = status.recordsSubmitted - status.recordsCompleted
        if left > 0 { line += ", ETA \(StopwatchTime(seconds: (left + speed.records - 1) / speed.records))" }
        return line
    }
}

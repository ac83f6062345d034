// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore

/// `cartload batches status ID`
struct BatchesStatusCommand: Command {
    static let definition = CommandDefinition(
        name: "batches status", summary: "Show how far a pipeline is.", arguments: [.pipeline],
        options: [
            .value("wait", "time", "Wait so long for a change before answering.")
        ] + BatchesConnection.options + [.flag("json", "Print the server's answer as JSON.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let wait = try arguments.duration("wait")
        let client = try BatchesConnection(arguments, context).client()
        let pipeline = client.batches.of(arguments.argument("id") ?? "")
        let status = try await BatchesFailure.translating { try await pipeline.getStatus(wait: wait) }
        if arguments.flag("json") {
            try context.console.print(status.json)
        } else {
            try context.console.print(status.line + "\n")
        }
        return .done
    }
}

extension PipelineStatus {
    var json: JSONValue {
        var text = BytesBuilder(capacity: 640)
        write(into: &text)
        return (try? JSONValue(parsing: text.finish())) ?? .null
    }

    /// `in_progress: 200 of 400 records, 1 of 2 chunks, 1 to pull, 2 workers`
    var line: String {
        "\(batchStatus): \(Amount(recordsCompleted)) of \(Amount(recordsSubmitted)) records, "
            + "\(Amount(chunksCompleted)) of \(Amount(chunksSubmitted)) chunks, \(Amount(chunksAvailable)) to pull, "
            + "\(Amount(workersInUse)) worker\(workersInUse == 1 ? "" : "s")"
    }

    /// Whether nothing more will be run.
    var isOver: Bool { ["completed", "completed_by_timeout", "failed", "cancelled"].contains(batchStatus) }
}

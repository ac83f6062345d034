// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore

/// `cartload batches info ID`
struct BatchesInfoCommand: Command {
    static let definition = CommandDefinition(
        name: "batches info", summary: "Show what a pipeline runs and what it has done.",
        arguments: [.pipeline],
        options: BatchesConnection.options + [.flag("json", "Print the server's answer as JSON.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let client = try BatchesConnection(arguments, context).client()
        let pipeline = client.batches.of(arguments.argument("id") ?? "")
        let info = try await BatchesFailure.translating { try await pipeline.getInfo() }
        if arguments.flag("json") {
            try context.console.print(info.json)
        } else {
            try context.console.print(text(info))
        }
        return .done
    }

    static func text(_ info: PipelineInfo) -> String {
        var rows = [
            ["id", info.id], ["service", info.serviceURI], ["status", info.batchStatus],
            ["created", "\(info.createdTimestamp) by \(info.createdBy)"], ["updated", info.updatedTimestamp],
        ]
        if let summary = info.summary {
            rows.append(["records", "\(summary.recordsCompleted) of \(summary.recordsSubmitted)"])
            rows.append(["failed", String(summary.recordsFailed)])
            rows.append(["chunks", "\(summary.chunksCompleted) of \(summary.chunksSubmitted)"])
            rows.append(["compute", "\(summary.computeTimeMilliseconds) ms"])
        }
        if let correlation = info.correlationID { rows.append(["correlation", correlation]) }
        return TextTable(rows).text
    }
}

extension ArgumentDefinition {
    /// The pipeline that a verb is about.
    static let pipeline = ArgumentDefinition(name: "id", summary: "The pipeline, as create printed it.")
}

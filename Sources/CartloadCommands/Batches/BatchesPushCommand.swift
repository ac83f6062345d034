// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore
internal import CartloadFlow

/// `cartload batches push ID --input FILE`
struct BatchesPushCommand: Command {
    static let definition = CommandDefinition(
        name: "batches push", summary: "Push records or chunks of a file to a pipeline.",
        discussion: """
            Takes JSON Lines or CSV, which become chunks; a JSON array of records, or a header row and rows, likewise; or
            chunks as the API has them, {"chunks": […]} or a list of objects with data. It waits while the pipeline is full.
            """,
        arguments: [.pipeline],
        options: [
            .value(
                "input", letter: "i", "file", "Where the records are; - is standard input (default: -).",
                completion: .file),
            .value("format", "name", "The input's format, if it is not recognised.", choices: ["jsonl", "csv", "tsv"]),
            .value("chunk", "n", "Records of a chunk (default: 300)."),
            .value("prefix", "text", "What the ids of chunks begin with; the same input again brings nothing twice."),
            .value("parameters", "json", "Values common to all records, or @FILE."),
            .value("summary", "list", "Compute over the outputs of each chunk, such as total:SUM,amount:AVG."),
            .value("patience", "time", "How long to try while the server is away (default: 5m)."),
        ] + BatchesConnection.options + [.flag("json", "Print the pipeline's status as JSON.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let options = ClientOptions(
            maximumRetryInterval: .seconds(5), patience: try arguments.duration("patience") ?? .seconds(300))
        let client = try BatchesConnection(arguments, context, clientOptions: options).client()
        let pipeline = client.batches.of(arguments.argument("id") ?? "")
        let source = try PushSource(arguments)
        let pushed = try await BatchesFailure.translating { try await source.push(to: pipeline, context) }
        guard let status = pushed.status else {
            throw CartloadError(
                .noRecords, "there are no records to push", at: Location(source: source.path),
                advice: "Give JSON Lines, CSV, a JSON array or chunks.")
        }
        if arguments.flag("json") {
            try context.console.print(status.json)
        } else {
            try context.console.print(
                "pushed \(Amount(pushed.records)) records in \(Amount(pushed.chunks)) chunks; \(status.line)\n")
        }
        return pushed.rejected > 0 ? .doneWithRejects : .done
    }
}

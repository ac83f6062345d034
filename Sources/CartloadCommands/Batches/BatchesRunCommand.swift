// SPDX-License-Identifier: Apache-2.0

internal import CartloadClient
internal import CartloadCore

/// `cartload batches run SERVICE --input FILE --output FILE`
struct BatchesRunCommand: Command {
    static let definition = CommandDefinition(
        name: "batches run", summary: "Run a service over all records of a file.",
        discussion: """
            Reads JSON Lines or CSV, plain or compressed, pushes the records in chunks, pulls the results at the same time
            and writes the outputs in the order of the input: as CSV where the output's name ends in .csv, compressed where it
            ends in .gz or .zst. Records that fail go to the rejects with their errors.

            Killed, interrupted or without its server, the same command goes on where it was: every record is written once.
            """,
        arguments: [
            ArgumentDefinition(name: "service", summary: "The service: folder/name, or folder/name[version].")
        ],
        options: [
            .value(
                "input", letter: "i", "file", "Where the records are; - is standard input.", isRequired: true,
                completion: .file),
            .value(
                "output", letter: "o", "file", "Where the outputs go; - is standard output.", isRequired: true,
                completion: .file),
            .value(
                "rejects", "file", "Where records go that fail (default: OUTPUT.rejects.jsonl).", completion: .file),
            .value("format", "name", "The input's format, if it is not recognised.", choices: ["jsonl", "csv", "tsv"]),
            .value("chunk", "n", "Records of a chunk (default: 300)."),
            .value("parameters", "json", "Values common to all records, or @FILE."),
            .value("summary", "list", "Compute over all outputs, such as total:SUM,amount:AVG."),
            .value("output-fields", "list", "Only these outputs of the service."),
            .flag("keep-input", "Write the inputs beside their outputs, in one record."),
            .flag("unordered", "Write outputs as they come."),
            .value("accuracy", "share", "The share of records that must succeed, 0 to 1."),
            .value("priority", "n", "0 to 9; higher ones run first."),
            .flag("dry-run", "Show what would be pushed, and change nothing."),
            .value(
                "state", "dir", "Keep how far it is in this directory (default: .cartload/batches).",
                completion: .directory),
            .flag("fresh", "Forget an earlier run and start over."),
            .value(
                "on-interrupt", "what", "What becomes of the pipeline after Ctrl-C (default: detach).",
                choices: BatchesRunRequest.Interruption.allCases.map(\.rawValue)),
            .value("patience", "time", "How long to try while the server is away (default: 5m)."),
            .value("lease", "time", "How long results are lent before they come again (default: 20s)."),
        ] + BatchesConnection.options + [
            .flag("json", "Print the result as one JSON object on stdout."),
            .flag("no-progress", "Do not show how the run goes."),
        ])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        for option in ["input", "output"] where arguments.value(option) == nil {
            if option == "output", arguments.flag("dry-run") { continue }
            _ = try arguments.required(option, for: "batches run")
        }
        let request = try BatchesRunRequest(arguments)
        if arguments.flag("json"), request.isStandardOutput, !request.isDry {
            throw UsageError.invalidValue(
                "stdout cannot carry both the outputs and --json", advice: "Write the outputs to a file.")
        }
        if request.isDry { return try BatchesDryRun(request: request).run(context, isJSON: arguments.flag("json")) }
        let options = ClientOptions(
            maximumRetryInterval: .seconds(5), patience: try arguments.duration("patience") ?? .seconds(300))
        return try await BatchesRunSession(
            request: request, connection: BatchesConnection(arguments, context, clientOptions: options),
            context: context, showsProgress: !arguments.flag("no-progress"), isJSON: arguments.flag("json")
        ).run()
    }
}

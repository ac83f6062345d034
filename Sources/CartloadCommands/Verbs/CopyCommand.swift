// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// `cartload copy FROM TO`
struct CopyCommand: Command {
    static let definition = CommandDefinition(
        name: "copy", summary: "Copy records from one place to another.",
        discussion: """
            Places are paths or URLs: events.jsonl, 'data/*.csv.gz', sqlite:file.db#table, or - for stdin and stdout.
            A directory (with / at its end) or a name with {n} as target means one file per batch.
            """,
        arguments: [
            ArgumentDefinition(name: "from", summary: "Where the records come from.", completion: .file),
            ArgumentDefinition(name: "to", summary: "Where the records go.", completion: .file),
        ],
        options: [
            .value("stream", "name", "Take only this stream of the source.", isRepeatable: true),
            .value("select", "list", "Take these fields or expressions, such as \"id, upper(name) AS name\"."),
            .value("where", "expr", "Take only records for which this is true, such as \"amount >= 100\"."),
            .value("batch-size", "n", "Put at most this many records in a batch."),
            .value("batch-by", "expr", "Put records with the same value in a batch.", isRepeatable: true),
            .value("key", "a,b", "The fields that identify a record, for --load upsert."),
            .value(
                "load", "how", "What to do with records that are already there.",
                choices: ["append", "upsert", "overwrite"]),
            .value(
                "format", "name", "The format of the target's files, or of the source's when the target has none.",
                choices: ["jsonl", "csv", "tsv"]),
            .value("compression", "name", "The compression of the target's files.", choices: ["none", "gzip", "zstd"]),
            .value("state", "dir", "Keep checkpoints in this directory, to go on from there.", completion: .directory),
            .flag("fresh", "Forget earlier checkpoints and start from the beginning."),
            .flag("json", "Print the result as one JSON object on stdout."),
            .flag("no-progress", "Do not show how the copy goes."),
            .value("stats", "file", "Write the result as JSON to this file.", completion: .file),
        ])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let flow = try flow(arguments, context.registry)
        context.registry.learnSecrets(of: flow, substitutions: [:], context.console.redactor)
        if arguments.flag("json"), arguments.argument("to") == "-" {
            throw UsageError.invalidValue(
                "stdout cannot carry both the records and --json", advice: "Write the result to a file with --stats.")
        }
        return try await FlowSession(
            flow: flow,
            options: RunRequest(stateDirectory: arguments.value("state"), isFresh: arguments.flag("fresh")),
            context: context, showsProgress: !arguments.flag("no-progress"), isJSON: arguments.flag("json"),
            statisticsFile: arguments.value("stats")
        ).run()
    }

    /// The flow that a copy's command line means; fields are chosen after records, so that `--where` sees all fields.
    static func flow(_ arguments: ParsedArguments, _ registry: Registry) throws -> FlowDefinition {
        var processors: [FlowStep] = []
        if let expression = arguments.value("where") { processors.append(FlowStep("filter", .string(expression))) }
        if let list = arguments.value("select") { processors.append(FlowStep("select", .string(list))) }
        let size = try arguments.integer("batch-size", atLeast: 1)
        let by = arguments.values("batch-by")
        var source = FlowEnd(.endpoint(arguments.argument("from") ?? ""))
        var target = FlowEnd(.endpoint(arguments.argument("to") ?? ""))
        try CopyCommand.apply(arguments, registry, &source, &target)
        let streams = arguments.values("stream")
        return FlowDefinition(
            "copy", source: source, streams: streams.isEmpty ? nil : streams, processors: processors,
            batching: by.isEmpty && size == nil ? nil : FlowBatching(by: by, records: size),
            destinations: [FlowDestination(target)])
    }

    /// Hands on the options that are settings of the ends; one that nobody knows is an error, not ignored.
    private static func apply(
        _ arguments: ParsedArguments, _ registry: Registry, _ source: inout FlowEnd, _ target: inout FlowEnd
    ) throws {
        let reading = try registry.resolve(source, as: .source)
        let writing = try registry.resolve(target, as: .destination)
        for option in ["load", "format", "compression", "key"] {
            guard let text = arguments.value(option) else { continue }
            let setting = option == "key" ? "keys" : option
            let names = text.split(separator: ",").map { JSONValue.string($0.trimmed) }
            let value: JSONValue = option == "key" ? .array(names) : .string(text)
            if writing.settings.contains(where: { $0.name == setting }) {
                target.overrides[setting] = value
            } else if option == "format", reading.settings.contains(where: { $0.name == setting }) {
                source.overrides[setting] = value
            } else {
                throw UsageError.invalidValue(
                    "the destination \"\(writing.connector.name)\" has no --\(option)",
                    advice: "Leave it out; `cartload connectors \(writing.connector.name)` lists its settings.")
            }
        }
    }
}

extension Substring {
    /// Without spaces at both ends.
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

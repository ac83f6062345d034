// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadSinger

/// `cartload tap CONNECTOR --config F`
struct TapCommand: Command {
    static let definition = define(example: "cartload tap sqlite", variable: "TAP_SQLITE_PATH")

    /// The definition with another program's words in its examples.
    ///
    /// - Parameters:
    ///   - example: How it is called, for the examples.
    ///   - variable: The environment variable of a setting.
    static func define(example: String, variable: String) -> CommandDefinition {
        CommandDefinition(
            name: "tap", summary: "Send a connector's records as Singer messages.",
            discussion: """
                Writes SCHEMA, RECORD or BATCH, and STATE messages to stdout, for any Singer target:

                  \(example) --config tap.json | target-jsonl --config target.json > state.json

                '\(example) --about' lists the settings. The last line that the target prints, given back with
                --state, lets the next run go on from there.
                """,
            arguments: [
                ArgumentDefinition(
                    name: "connector", summary: "Where the records come from: a name, or a file that defines a source.",
                    completion: .connector(.source))
            ],
            options: [
                .value(
                    "config", letter: "c", "file",
                    "The configuration, JSON or YAML; of several, later ones win. ENV reads variables such as \(variable).",
                    isRepeatable: true, completion: .file),
                .value(
                    "catalog", "file", "The streams and fields that are selected; all when it is not given.",
                    completion: .file),
                .value("properties", letter: "p", "file", "The older name of --catalog.", completion: .file),
                .value("state", letter: "s", "file", "The last STATE of an earlier run.", completion: .file),
                .flag("discover", letter: "d", "Print the catalog."),
                .flag(
                    "test", values: ["all", "schema"],
                    "Read the first record of every stream and send nothing; schema only prints the catalog."),
                .flag("about", "Show what the tap can, and its settings."),
                .value("format", "name", "The form of --about.", choices: ["text", "json", "markdown"]),
            ])
    }

    /// What `--test` has found out.
    private static func summary(_ results: [Bool]) -> String {
        guard !results.isEmpty else { return "nothing was tested, because no stream is selected" }
        let empty = results.count { !$0 }
        let streams = results.count == 1 ? "1 stream was" : "\(results.count) streams were"
        return "\(streams) tested and can be read" + (empty == 0 ? "" : ", \(empty) of them empty")
    }

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let end = SingerEnd(
            kind: .tap, connector: try context.registry.sourceConnector(named: arguments.argument("connector") ?? ""))
        let own = try end.settings()
        guard let role = end.connector.source else { preconditionFailure("SingerEnd has found the role") }
        if arguments.flag("about") {
            let settings = own + TapOptions.settings
            try context.console.print(
                SingerAbout(end: end, settings: settings, version: context.version).text(
                    arguments.value("format") ?? "text"))
            return .done
        }
        let configuration = try SingerConfiguration(
            arguments.values("config"), end, own: own, adapter: TapOptions.settings, context)
        let options = try TapOptions(
            name: end.name, configuration.adapter, environment: context.environment.variables)
        let source = try role.make(configuration.connector)
        if arguments.flag("discover") || arguments.value("test") == "schema" {
            try context.console.print(try await Catalog.discovered(from: source).json, isPretty: true)
            return .done
        }
        let catalog = try (arguments.value("catalog") ?? arguments.value("properties")).map { path in
            do { return try Catalog(JSONFile.read(path)) } catch let error as CartloadError {
                throw error.located(Location(source: path))
            }
        }
        let state = try arguments.value("state").map { path in
            do { return try TapState(JSONFile.read(path)) } catch let error as CartloadError {
                throw error.located(Location(source: path))
            }
        }
        let console = context.console
        let isTest = arguments.flag("test")
        return try await SingerSession(name: end.name, context: context).run(tellsAmounts: !isTest) {
            stop, meter, warn in
            let run = TapRun(
                source, options: options, catalog: catalog, state: try state ?? TapState(), stop: stop, meter: meter,
                runID: RunID.random, metric: { console.note("INFO METRIC: \($0)") }, warn: warn)
            if isTest {
                let results = try await run.test()
                for (stream, hasRecords) in results {
                    console.note("\(stream): \(hasRecords ? "can be read" : "can be read, and is empty")")
                }
                console.note("\(end.name): \(summary(results.map(\.hasRecords)))")
            } else {
                try await run.run()
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadFlow
internal import CartloadSinger
internal import CartloadStorage

/// `cartload target CONNECTOR --config F`
struct TargetCommand: Command {
    static let definition = define(example: "cartload target sqlite", variable: "TARGET_SQLITE_PATH")

    /// The definition with another program's words in its examples.
    ///
    /// - Parameters:
    ///   - example: How it is called, for the examples.
    ///   - variable: The environment variable of a setting.
    static func define(example: String, variable: String) -> CommandDefinition {
        CommandDefinition(
            name: "target", summary: "Load a Singer tap's messages into a connector.",
            discussion: """
                Reads SCHEMA, RECORD, BATCH, STATE and ACTIVATE_VERSION messages from stdin, writes their records, and prints
                a STATE once everything before it is durable:

                  tap-x --config tap.json | \(example) --config target.json > state.json

                '\(example) --about' lists the settings. Files that BATCH messages name are read only from
                folders and hosts that the settings batch_roots and batch_hosts allow.
                """,
            arguments: [
                ArgumentDefinition(
                    name: "connector", summary: "Where the records go.", completion: .connector(.destination))
            ],
            options: [
                .value(
                    "config", letter: "c", "file",
                    "The configuration, JSON or YAML; of several, later ones win. ENV reads variables such as \(variable).",
                    isRepeatable: true, completion: .file),
                .value("input", "file", "Read messages from this file instead of stdin.", completion: .file),
                .flag("about", "Show what the target can, and its settings."),
                .value("format", "name", "The form of --about.", choices: ["text", "json", "markdown"]),
            ])
    }

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let end = SingerEnd(
            kind: .target, connector: try context.registry.connector(named: arguments.argument("connector") ?? ""))
        let own = try end.settings()
        if arguments.flag("about") {
            let settings = own + TargetOptions.settings
            try context.console.print(
                SingerAbout(end: end, settings: settings, version: context.version).text(
                    arguments.value("format") ?? "text"))
            return .done
        }
        let configuration = try SingerConfiguration(
            arguments.values("config"), end, own: own, adapter: TargetOptions.settings, context)
        var options = try TargetOptions(configuration.adapter, environment: context.environment.variables)
        let load = try load(end, configuration)
        options.acknowledgesAtEnd = load == "overwrite"
        let settled = options
        let destination = try destination(end, configuration, load: load)
        let path = arguments.value("input")
        return try await SingerSession(name: end.name, context: context).run { stop, meter, warn in
            if case .reject(let file, _) = settled.errorPolicy { meter.update { $0.rejectFile = file } }
            let run = TargetRun(
                destination,
                input: {
                    if let path, path != "-" { try FileReader(path: path) } else { try FileReader.standardInput() }
                }, options: settled, stop: stop, meter: meter, warn: warn)
            try await run.run()
        }
    }

    /// How the connector loads: as `load_method` or its own setting says, and else by adding, because what earlier runs
    /// loaded is data and an incremental tap brings only what is new. nil for a connector that knows one way only.
    private static func load(_ end: SingerEnd, _ configuration: SingerConfiguration) throws -> String? {
        let setting = try end.settings().first { $0.name == "load" }
        let method = configuration.adapter.string("load_method").map { $0 == "append-only" ? "append" : $0 }
        guard let setting, case .choice(let words) = setting.kind else {
            guard let method, method != "append" else { return nil }
            throw CartloadError(.wrongType, "\(end.name) cannot load by \"\(method)\"")
        }
        let word = method ?? configuration.connector.string("load") ?? "append"
        guard words.contains(word) else {
            throw CartloadError(
                .wrongType, "\(end.name) cannot load by \"\(word)\"",
                advice: "It can be \(words.joined(separator: ", ")).")
        }
        return word
    }

    private static func destination(
        _ end: SingerEnd, _ configuration: SingerConfiguration, load: String?
    ) throws -> any Destination {
        guard let role = end.connector.destination else { preconditionFailure("SingerEnd has found the role") }
        var values = configuration.connector.values
        if let load { values["load"] = .string(load) }
        return try role.make(
            Configuration(
                values, settings: role.settings, path: configuration.connector.path,
                positions: configuration.connector.positions))
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadAirbyte
internal import CartloadCore

/// `cartload source CONNECTOR spec|check|discover|read`
struct SourceCommand: Command {
    static let definition = CommandDefinition(
        name: "source", summary: "Send a connector's records as Airbyte messages.",
        discussion: """
            Does what Airbyte's protocol asks of a source. spec prints its settings, check tries them, discover prints its
            streams, read sends the records of the streams in the catalog with STATE messages between them. install writes
            an executable source-CONNECTOR into a folder, as runners of such sources want it.
            """,
        arguments: [
            ArgumentDefinition(
                name: "connector", summary: "Where the records come from: a name, or a file that defines a source.",
                completion: .connector(.source)),
            ArgumentDefinition(
                name: "action", summary: "What to do.", choices: ["spec", "check", "discover", "read", "install"]),
            ArgumentDefinition(
                name: "folder", summary: "Where install writes to.", isOptional: true, completion: .directory),
        ],
        options: [
            .value("config", letter: "c", "file", "The configuration, JSON or YAML.", completion: .file),
            .value("catalog", "file", "The configured catalog, for read.", completion: .file),
            .value("state", letter: "s", "file", "The states of an earlier sync, for read.", completion: .file),
            .flag("debug", "Send LOG messages of the level DEBUG too."),
        ])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let word = arguments.argument("connector") ?? ""
        let end = AirbyteEnd(role: .source, connector: try context.registry.sourceConnector(named: word))
        let own = try end.settings()
        guard let role = end.connector.source else { preconditionFailure("AirbyteEnd has found the role") }
        let session = AirbyteSession(isDebugging: arguments.flag("debug"), context)
        let action = arguments.argument("action") ?? ""
        func make() throws -> (source: any Source, options: SourceOptions) {
            let configuration = try AirbyteConfiguration(
                try arguments.required("config", for: action), own: own, adapter: SourceOptions.settings, context)
            for text in configuration.warnings(own + SourceOptions.settings) { try session.output.log(.warn, text) }
            let source = session.announcingReplacedSecrets(try role.make(configuration.connector), configuration)
            return (source, try SourceOptions(name: end.name, configuration.adapter))
        }
        if action != "install", let folder = arguments.argument("folder") {
            throw UsageError.unexpectedArgument(folder, of: definition)
        }
        switch action {
        case "spec":
            try session.output.send(ConnectorSpecification(end.name, own + SourceOptions.settings).message)
            return .done
        case "install":
            guard let folder = arguments.argument("folder") else {
                throw UsageError.missingArgument("folder", of: definition)
            }
            let script = ConnectorScript(role: .source, connector: word)
            try context.console.print(try script.install(in: folder, program: ConnectorScript.ownProgram()) + "\n")
            return .done
        case "check":
            _ = try arguments.required("config", for: action)
            return try await session.answerCheck {
                let (streams, withRecords) = try await SourceCheck(try make().source).run()
                return "Check succeeded: \(streams) stream\(streams == 1 ? "" : "s"), \(withRecords) with records"
            }
        case "discover":
            _ = try arguments.required("config", for: action)
            return try await session.run(end.name, isStoppable: false) { _, _ in
                let (source, options) = try make()
                let streams = try await AirbyteStream.discovered(from: source, processors: options.processors)
                try session.output.send(AirbyteMessage.catalog(streams))
                return true
            }
        default:
            _ = try arguments.required("config", for: action)
            let catalog = try arguments.required("catalog", for: action)
            return try await session.run(end.name) { stop, meter in
                let (source, options) = try make()
                return try await SourceRun(
                    source, options: options, catalog: try JSONFile.read(catalog) { try ConfiguredCatalog($0) },
                    state: try arguments.value("state").map { try JSONFile.read($0) { try SourceState($0) } }
                        ?? SourceState(), output: session.output, stop: stop, meter: meter
                ).run()
            }
        }
    }
}

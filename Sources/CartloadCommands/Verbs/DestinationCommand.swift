// SPDX-License-Identifier: Apache-2.0

internal import CartloadAirbyte
internal import CartloadCore
internal import CartloadStorage

/// `cartload destination CONNECTOR spec|check|write`
struct DestinationCommand: Command {
    static let definition = CommandDefinition(
        name: "destination", summary: "Load Airbyte messages into a connector.",
        discussion: """
            Does what Airbyte's protocol asks of a destination. spec prints its settings, check tries them, write reads
            messages from stdin, writes their records as the catalog says, and prints each STATE once everything before it
            is durable. install writes an executable destination-CONNECTOR into a folder.
            """,
        arguments: [
            ArgumentDefinition(
                name: "connector", summary: "Where the records go.", completion: .connector(.destination)),
            ArgumentDefinition(name: "action", summary: "What to do.", choices: ["spec", "check", "write", "install"]),
            ArgumentDefinition(
                name: "folder", summary: "Where install writes to.", isOptional: true, completion: .directory),
        ],
        options: [
            .value("config", letter: "c", "file", "The configuration, JSON or YAML.", completion: .file),
            .value("catalog", "file", "The configured catalog, for write.", completion: .file),
            .flag("debug", "Send LOG messages of the level DEBUG too."),
        ])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let word = arguments.argument("connector") ?? ""
        let end = AirbyteEnd(role: .destination, connector: try context.registry.connector(named: word))
        // How each stream is loaded is said by the catalog.
        let all = try end.settings()
        let own = all.filter { $0.name != "load" && $0.name != "keys" }
        let methods = LoadMethod.known(to: all)
        guard let role = end.connector.destination else { preconditionFailure("AirbyteEnd has found the role") }
        let session = AirbyteSession(isDebugging: arguments.flag("debug"), context)
        let action = arguments.argument("action") ?? ""
        func make() throws -> (destination: any Destination, options: DestinationOptions) {
            let configuration = try AirbyteConfiguration(
                try arguments.required("config", for: action), own: own, adapter: DestinationOptions.settings, context)
            for text in configuration.warnings(own + DestinationOptions.settings) {
                try session.output.log(.warn, text)
            }
            return (try role.make(configuration.connector), try DestinationOptions(configuration.adapter))
        }
        if action != "install", let folder = arguments.argument("folder") {
            throw UsageError.unexpectedArgument(folder, of: definition)
        }
        switch action {
        case "spec":
            try session.output.send(
                ConnectorSpecification(
                    end.name, own + DestinationOptions.settings, destinationModes: methods.map(\.syncMode)
                ).message)
            return .done
        case "install":
            guard let folder = arguments.argument("folder") else {
                throw UsageError.missingArgument("folder", of: definition)
            }
            let script = ConnectorScript(role: .destination, connector: word)
            try context.console.print(try script.install(in: folder, program: ConnectorScript.ownProgram()) + "\n")
            return .done
        case "check":
            _ = try arguments.required("config", for: action)
            return try await session.answerCheck {
                try await DestinationCheck(try make().destination).run()
                return "Check succeeded"
            }
        default:
            _ = try arguments.required("config", for: action)
            let catalog = try arguments.required("catalog", for: action)
            return try await session.run(end.name) { stop, meter in
                let (destination, options) = try make()
                try await DestinationRun(
                    destination, catalog: try JSONFile.read(catalog) { try ConfiguredCatalog($0) }, options: options,
                    canLoad: { methods.contains($0) }, input: { try FileReader.standardInput() },
                    output: session.output, stop: stop, meter: meter
                ).run()
                return true
            }
        }
    }
}

extension LoadMethod {
    /// The ways that a connector's setting `load` offers; without such a setting records are only added.
    fileprivate static func known(to settings: [Setting]) -> [LoadMethod] {
        guard let load = settings.first(where: { $0.name == "load" }), case .choice(let words) = load.kind else {
            return [.append]
        }
        return LoadMethod.allCases.filter { words.contains($0.rawValue) }
    }

    fileprivate var syncMode: DestinationSyncMode {
        switch self {
        case .append: .append
        case .upsert: .appendDedup
        case .overwrite: .overwrite
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// `cartload connectors [NAME]`
struct ConnectorsCommand: Command {
    static let definition = CommandDefinition(
        name: "connectors", summary: "List the connectors, or the settings of one.",
        arguments: [
            ArgumentDefinition(
                name: "name", summary: "The connector to describe.", isOptional: true, completion: .connector(nil))
        ],
        options: [.flag("json", "Print JSON.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let isJSON = arguments.flag("json")
        if let name = arguments.argument("name") {
            let connector = try context.registry.connector(named: name)
            let description = ConnectorDescription(connector)
            if isJSON {
                try context.console.print(description.json, isPretty: true)
            } else {
                try context.console.print(description.text)
            }
        } else if isJSON {
            let all = context.registry.connectors.map { ConnectorDescription($0).json }
            try context.console.print(.array(all), isPretty: true)
        } else {
            try context.console.print(ConnectorDescription.list(context.registry.connectors))
        }
        return .done
    }
}

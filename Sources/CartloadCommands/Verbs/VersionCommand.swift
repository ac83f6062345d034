// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// `cartload version`
struct VersionCommand: Command {
    static let definition = CommandDefinition(
        name: "version", summary: "Show the version.", options: [.flag("json", "Print JSON.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let json: JSONValue = ["name": "cartload", "version": .string(Cartload.version)]
        try context.console.print(arguments.flag("json") ? "\(json)\n" : "cartload \(Cartload.version)\n")
        return .done
    }
}

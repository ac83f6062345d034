// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// `cartload version`
struct VersionCommand: Command {
    static let definition = CommandDefinition(
        name: "version", summary: "Show the version.", options: [.flag("json", "Print JSON.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        if arguments.flag("json") {
            try context.console.print(["name": "cartload", "version": .string(Cartload.version)])
        } else {
            try context.console.print("cartload \(Cartload.version)\n")
        }
        return .done
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadFlow

/// `cartload processors`, hidden: prints `Docs/processors.md`.
struct ProcessorsCommand: Command {
    static let definition = CommandDefinition(
        name: "processors", summary: "Print the processors as Markdown.", isHidden: true)

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        try context.console.print(ProcessorPage(entries: context.registry.processors).text)
        return .done
    }
}

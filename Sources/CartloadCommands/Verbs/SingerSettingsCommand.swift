// SPDX-License-Identifier: Apache-2.0

/// `cartload singer-settings`, hidden: prints `Docs/singer-settings.md`.
struct SingerSettingsCommand: Command {
    static let definition = CommandDefinition(
        name: "singer-settings", summary: "Print the settings of taps and targets as Markdown.", isHidden: true)

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        try context.console.print(SingerSettingsPage().text)
        return .done
    }
}

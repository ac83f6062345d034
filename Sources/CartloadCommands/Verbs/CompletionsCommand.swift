// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// `cartload completions bash|zsh|fish`
struct CompletionsCommand: Command {
    static let definition = CommandDefinition(
        name: "completions", summary: "Print a completion script for a shell.",
        discussion: """
            For bash: cartload completions bash > ~/.local/share/bash-completion/completions/cartload
            For zsh:  cartload completions zsh > "${fpath[1]}/_cartload"
            For fish: cartload completions fish > ~/.config/fish/completions/cartload.fish
            """,
        arguments: [
            ArgumentDefinition(name: "shell", summary: "The shell.", choices: ["bash", "zsh", "fish"])
        ])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let commands = Cartload.definitions.filter { !$0.isHidden }
        let nested = Cartload.commands.compactMap { $0 as? any CommandGroup.Type }.flatMap { group in
            group.commands.map { $0.definition }
        }
        let connectors = context.registry.connectors
        let script =
            switch arguments.argument("shell") {
            case "zsh": ZshCompletions(commands: commands, nested: nested, connectors: connectors).script
            case "fish": FishCompletions(commands: commands, nested: nested, connectors: connectors).script
            default: BashCompletions(commands: commands, nested: nested, connectors: connectors).script
            }
        try context.console.print(script)
        return .done
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Completion for fish, made from the verbs' declarations.
struct FishCompletions {
    let commands: [CommandDefinition]
    /// Verbs of verbs.
    let nested: [CommandDefinition]
    let connectors: [Connector]

    var script: String {
        var lines = [
            "# fish completion for cartload",
            "# Whether the words behind the program begin with these.",
            "function __cartload_at", "    set -l words (commandline -opc)",
            "    set -l last (math (count $argv) + 1)",
            "    test (count $words) -ge $last; and test \"$words[2..$last]\" = \"$argv\"", "end",
            "# Whether they are these and no more.",
            "function __cartload_ends_at", "    test (count (commandline -opc)) -eq (math (count $argv) + 1)",
            "    and __cartload_at $argv", "end", "complete -c cartload -n __fish_use_subcommand -f",
        ]
        lines.append("complete -c cartload -n __fish_use_subcommand -l version -d 'Show the version.'")
        for command in commands {
            lines.append(
                "complete -c cartload -n __fish_use_subcommand -a \(command.name) -d \(quoted(command.summary))")
        }
        for command in nested {
            let group = command.name.prefix { $0 != " " }
            lines.append(
                "complete -c cartload -n '__cartload_ends_at \(group)' -f -a \(NestedVerbs.word(command)) "
                    + "-d \(quoted(command.summary))")
        }
        let groups = Set(NestedVerbs(nested).groups.map(\.name))
        for command in commands + nested {
            let condition = "complete -c cartload -n '__cartload_at \(command.name)'"
            for option in command.allOptions {
                let letter = option.letter.map { " -s \($0)" } ?? ""
                var line = "\(condition)\(letter) -l \(option.name) -d \(quoted(option.summary))"
                if option.valueName != nil { line += value(option.completion, option.choices) }
                lines.append(line)
            }
            guard !groups.contains(command.name), let argument = command.arguments.first else { continue }
            let words = command.name == "help" ? commands.map(\.name) : argument.choices
            switch argument.completion {
            case .connector(let role):
                lines.append("\(condition) -f -a \(quoted(connectors.names(role).joined(separator: " ")))")
            case .none where !words.isEmpty: lines.append("\(condition) -f -a \(quoted(words.joined(separator: " ")))")
            default: break
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func value(_ completion: OptionDefinition.Completion, _ choices: [String]) -> String {
        switch completion {
        case .file: " -r"
        case .directory: " -x -a '(__fish_complete_directories)'"
        case .connector(let role): " -x -a \(quoted(connectors.names(role).joined(separator: " ")))"
        case .none: choices.isEmpty ? " -x" : " -x -a \(quoted(choices.joined(separator: " ")))"
        }
    }

    private func quoted(_ text: String) -> String {
        "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Completion for fish, made from the verbs' declarations.
struct FishCompletions {
    let commands: [CommandDefinition]
    let connectors: [Connector]

    var script: String {
        var lines = ["# fish completion for cartload", "complete -c cartload -n __fish_use_subcommand -f"]
        lines.append("complete -c cartload -n __fish_use_subcommand -l version -d 'Show the version.'")
        for command in commands {
            lines.append(
                "complete -c cartload -n __fish_use_subcommand -a \(command.name) -d \(quoted(command.summary))")
        }
        for command in commands {
            let condition = "complete -c cartload -n '__fish_seen_subcommand_from \(command.name)'"
            for option in command.allOptions {
                let letter = option.letter.map { " -s \($0)" } ?? ""
                var line = "\(condition)\(letter) -l \(option.name) -d \(quoted(option.summary))"
                if option.valueName != nil { line += value(option.completion, option.choices) }
                lines.append(line)
            }
            guard let argument = command.arguments.first else { continue }
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

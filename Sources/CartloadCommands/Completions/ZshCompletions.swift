// SPDX-License-Identifier: Apache-2.0

/// Completion for zsh, made from the verbs' declarations.
struct ZshCompletions {
    let commands: [CommandDefinition]
    let connectors: [String]

    var script: String {
        """
        #compdef cartload
        _cartload() {
            local -a verbs
            verbs=(
        \(commands.map { "        \(quoted("\($0.name):\($0.summary)"))" }.joined(separator: "\n"))
            )
            if (( CURRENT == 2 )); then
                _describe 'subcommand' verbs
                return
            fi
            local verb=$words[2]
            shift words
            (( CURRENT-- ))
            case $verb in
        \(commands.map(verb).joined(separator: "\n"))
            esac
        }
        _cartload "$@"

        """
    }

    private func verb(_ command: CommandDefinition) -> String {
        var specs = command.allOptions.map(option)
        specs.append(quoted("--help[Show help information.]"))
        for (index, argument) in command.arguments.enumerated() {
            let words = command.name == "help" ? commands.map(\.name) : argument.choices
            let action = action(argument.completion, words)
            specs.append(quoted("\(index + 1)\(argument.isOptional ? "::" : ":")\(argument.name):\(action)"))
        }
        let lines = specs.map { "                \($0)" }.joined(separator: " \\\n")
        return "        \(command.name))\n            _arguments \\\n\(lines)\n            ;;"
    }

    private func option(_ option: OptionDefinition) -> String {
        let star = option.isRepeatable ? "*" : ""
        let summary = option.summary.replacing("[", with: "\\[").replacing("]", with: "\\]").replacing(":", with: "\\:")
        guard let value = option.valueName else { return quoted("--\(option.name)[\(summary)]") }
        return quoted("\(star)--\(option.name)=[\(summary)]:\(value):\(action(option.completion, option.choices))")
    }

    private func action(_ completion: OptionDefinition.Completion, _ choices: [String]) -> String {
        switch completion {
        case .file: "_files"
        case .directory: "_files -/"
        case .connector: "(\(connectors.joined(separator: " ")))"
        case .none: choices.isEmpty ? " " : "(\(choices.joined(separator: " ")))"
        }
    }

    private func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}

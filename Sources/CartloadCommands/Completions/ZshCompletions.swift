// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Completion for zsh, made from the verbs' declarations.
struct ZshCompletions {
    let commands: [CommandDefinition]
    /// Verbs of verbs.
    let nested: [CommandDefinition]
    let connectors: [Connector]

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
        \(NestedVerbs(nested).groups.map(group).joined(separator: "\n"))
            esac
            case $verb in
        \((commands + nested).map(verb).joined(separator: "\n"))
            esac
        }
        _cartload "$@"

        """
    }

    /// Shows the verbs of a verb, or goes on with the one that is there.
    private func group(_ group: (name: String, verbs: [CommandDefinition])) -> String {
        let verbs = group.verbs.map { "                    \(quoted("\(NestedVerbs.word($0)):\($0.summary)"))" }
        return """
                    \(group.name))
                        if (( CURRENT == 2 )); then
                            verbs=(
            \(verbs.joined(separator: "\n"))
                            )
                            _describe 'subcommand' verbs
                            return
                        fi
                        verb="$verb $words[2]"
                        shift words
                        (( CURRENT-- ))
                        ;;
            """
    }

    private func verb(_ command: CommandDefinition) -> String {
        var specs = command.allOptions.map(option)
        specs.append(quoted("--help[Show help information.]"))
        for (index, argument) in command.arguments.enumerated() {
            if argument.takesRest {
                specs.append(quoted("*::\(argument.name):_normal"))
                continue
            }
            let words = command.name == "help" ? commands.map(\.name) : argument.choices
            let action = action(argument.completion, words)
            specs.append(quoted("\(index + 1)\(argument.isOptional ? "::" : ":")\(argument.name):\(action)"))
        }
        let lines = specs.map { "                \($0)" }.joined(separator: " \\\n")
        let name = command.name.contains(" ") ? quoted(command.name) : command.name
        return "        \(name))\n            _arguments \\\n\(lines)\n            ;;"
    }

    private func option(_ option: OptionDefinition) -> String {
        let star = option.isRepeatable ? "*" : ""
        let summary = option.summary.replacing("[", with: "\\[").replacing("]", with: "\\]").replacing(":", with: "\\:")
        let value = option.valueName.map { ":\($0):\(action(option.completion, option.choices))" } ?? ""
        let long = "--\(option.name)\(option.valueName == nil ? "" : "=")"
        guard let letter = option.letter else { return quoted("\(star)\(long)[\(summary)]\(value)") }
        // Both forms mean the same, so one that is there keeps the other from being offered.
        let apart = option.isRepeatable ? star : "(-\(letter) --\(option.name))"
        return "\(quoted(apart)){-\(letter),\(long)}\(quoted("[\(summary)]\(value)"))"
    }

    private func action(_ completion: OptionDefinition.Completion, _ choices: [String]) -> String {
        switch completion {
        case .file: "_files"
        case .directory: "_files -/"
        case .connector(let role): "(\(connectors.names(role).joined(separator: " ")))"
        case .none: choices.isEmpty ? " " : "(\(choices.joined(separator: " ")))"
        }
    }

    private func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}

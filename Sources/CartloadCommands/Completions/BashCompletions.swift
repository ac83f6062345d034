// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Completion for bash, made from the verbs' declarations.
struct BashCompletions {
    let commands: [CommandDefinition]
    let connectors: [Connector]

    var script: String {
        """
        # bash completion for cartload
        _cartload() {
            local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
            COMPREPLY=()
            if [[ $COMP_CWORD -eq 1 ]]; then
                COMPREPLY=($(compgen -W "\(commands.map(\.name).joined(separator: " ")) --help --version" -- "$current"))
                return
            fi
            case "${COMP_WORDS[1]}" in
        \(commands.map(verb).joined(separator: "\n"))
            esac
        }
        complete -o default -F _cartload cartload

        """
    }

    private func verb(_ command: CommandDefinition) -> String {
        let values = command.allOptions.filter { $0.valueName != nil }.map { option in
            let letter = option.letter.map { "-\($0)|" } ?? ""
            return "            \(letter)--\(option.name)) \(reply(option.completion, option.choices)); return ;;"
        }
        let names = (command.allOptions.map { "--\($0.name)" } + ["--help"]).joined(separator: " ")
        var lines = ["        \(command.name))"]
        if command.arguments.contains(where: \.takesRest) {
            lines += [
                "            if [[ $previous == -- ]]; then",
                "                COMPREPLY=($(compgen -c -- \"$current\"))",
                "                return", "            fi",
                "            [[ \" ${COMP_WORDS[*]:0:COMP_CWORD} \" == *\" -- \"* ]] && return",
            ]
        }
        lines += ["            case \"$previous\" in"] + values + ["            esac"]
        lines += [
            "            if [[ $current == -* ]]; then", "                \(reply(.none, [names]))",
            "                return",
            "            fi",
        ]
        if let argument = command.arguments.first {
            lines.append("            \(reply(argument.completion, words(of: argument, in: command)))")
        }
        lines.append("            ;;")
        return lines.joined(separator: "\n")
    }

    private func words(of argument: ArgumentDefinition, in command: CommandDefinition) -> [String] {
        command.name == "help" ? commands.map(\.name) : argument.choices
    }

    /// The statement that fills in what a word can be.
    private func reply(_ completion: OptionDefinition.Completion, _ choices: [String]) -> String {
        switch completion {
        case .file: "COMPREPLY=($(compgen -f -- \"$current\"))"
        case .directory: "COMPREPLY=($(compgen -d -- \"$current\"))"
        case .connector(let role):
            "COMPREPLY=($(compgen -W \"\(connectors.names(role).joined(separator: " "))\" -- \"$current\"))"
        case .none:
            choices.isEmpty ? ":" : "COMPREPLY=($(compgen -W \"\(choices.joined(separator: " "))\" -- \"$current\"))"
        }
    }
}

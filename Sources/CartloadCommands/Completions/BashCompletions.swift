// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Completion for bash, made from the verbs' declarations.
struct BashCompletions {
    let commands: [CommandDefinition]
    /// Verbs of verbs.
    let nested: [CommandDefinition]
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
            local verb="${COMP_WORDS[1]}" first=2
            case "$verb" in
                \(NestedVerbs(nested).groups.map(\.name).joined(separator: "|"))) \
        if [[ $COMP_CWORD -gt 2 ]]; then verb="$verb ${COMP_WORDS[2]}" first=3; fi ;;
            esac
            case "$verb" in
        \((commands + nested).map(verb).joined(separator: "\n"))
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
        var lines = ["        \(command.name.contains(" ") ? "'\(command.name)'" : command.name))"]
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
        lines += positions(command)
        lines.append("            ;;")
        return lines.joined(separator: "\n")
    }

    /// What stands at the places of a verb's arguments; where there are several the words before are counted.
    private func positions(_ command: CommandDefinition) -> [String] {
        let replies = command.arguments.map { reply($0.completion, words(of: $0, in: command)) }
        guard let last = replies.lastIndex(where: { $0 != ":" }), !command.arguments.contains(where: \.takesRest) else {
            return replies.first.map { ["            \($0)"] } ?? []
        }
        if last == 0, replies.count == 1 { return ["            \(replies[0])"] }
        let values = command.allOptions.filter { $0.valueName != nil }.flatMap { option in
            ["--\(option.name)"] + (option.letter.map { ["-\($0)"] } ?? [])
        }
        return [
            "            local word skips='' position=0",
            "            for word in \"${COMP_WORDS[@]:first:COMP_CWORD-first}\"; do",
            "                if [[ -n $skips ]]; then skips=''; continue; fi",
            "                case \"$word\" in",
            "                \(values.joined(separator: "|"))) skips=1 ;;", "                -*) ;;",
            "                *) position=$((position + 1)) ;;", "                esac", "            done",
            "            case $position in",
        ]
            + replies[...last].enumerated().map { "            \($0)) \($1) ;;" } + ["            esac"]
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

// SPDX-License-Identifier: Apache-2.0

/// Help in the form that Swift's command-line tools have.
enum HelpText {
    private static let column = 26
    private static let width = 100

    /// The program's own help.
    static func program(_ commands: [CommandDefinition]) -> String {
        let rows = commands.filter { !$0.isHidden }.map { ($0.name, $0.summary) }
        return """
            OVERVIEW: Moves and processes records in batches.

            USAGE: cartload <subcommand>

            OPTIONS:
            \(section([("--version", "Show the version."), ("-h, --help", "Show help information.")]))

            SUBCOMMANDS:
            \(section(rows))

              See 'cartload help <subcommand>' for detailed help.

            """
    }

    /// One verb's help.
    static func command(_ command: CommandDefinition) -> String {
        var parts = ["OVERVIEW: \(command.summary)"]
        if let discussion = command.discussion { parts.append(discussion) }
        parts.append("USAGE: \(usage(of: command))")
        if !command.arguments.isEmpty {
            let rows = command.arguments.map { ("<\($0.name)>", described($0.summary, $0.choices)) }
            parts.append("ARGUMENTS:\n\(section(rows))")
        }
        let rows = command.allOptions.map { option in
            let value = option.valueName.map { " <\($0)>" } ?? ""
            let letter = option.letter.map { "-\($0), " } ?? ""
            let choice = option.flagValues.isEmpty ? "" : "[=\(option.flagValues.joined(separator: "|"))]"
            return ("\(letter)--\(option.name)\(choice)\(value)", described(option.summary, option.choices))
        }
        parts.append("OPTIONS:\n\(section(rows + [("-h, --help", "Show help information.")]))")
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// `cartload copy <from> <to> [--stream <name> ...] [--fresh]`
    static func usage(of command: CommandDefinition) -> String {
        var words = [command.invocation]
        words += command.arguments.filter { !$0.takesRest }.map(word)
        words += command.options.map { option in
            guard let value = option.valueName else { return "[--\(option.name)]" }
            let text = "--\(option.name) <\(value)>\(option.isRepeatable ? " ..." : "")"
            return option.isRequired ? text : "[\(text)]"
        }
        // What follows such an argument belongs to it, so options come before.
        words += command.arguments.filter(\.takesRest).map { "-- " + word($0) }
        return words.joined(separator: " ")
    }

    /// The arguments only, for error messages: `cartload copy <from> <to> [options]`
    static func shortUsage(of command: CommandDefinition) -> String {
        let words = command.arguments.map(word)
        return ([command.invocation] + words + ["[options]"]).joined(separator: " ")
    }

    private static func word(_ argument: ArgumentDefinition) -> String {
        let word = "<\(argument.name)>" + (argument.takesRest ? " ..." : "")
        return argument.isOptional ? "[\(word)]" : word
    }

    private static func described(_ summary: String, _ choices: [String]) -> String {
        choices.isEmpty ? summary : "\(summary) (values: \(choices.joined(separator: ", ")))"
    }

    private static func section(_ rows: [(String, String)]) -> String {
        rows.map { label, summary in
            let lines = wrapped(summary, to: width - column)
            let head = "  \(label)"
            let indent = "\n" + String(repeating: " ", count: column)
            let text = lines.joined(separator: indent)
            if head.count + 1 >= column { return head + indent + text }
            return head + String(repeating: " ", count: column - head.count) + text
        }.joined(separator: "\n")
    }

    private static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

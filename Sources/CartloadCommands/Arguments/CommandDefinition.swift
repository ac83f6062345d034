// SPDX-License-Identifier: Apache-2.0

/// What a verb accepts: parsing, help and completions are made from this one declaration.
struct CommandDefinition: Sendable {
    var name: String
    /// The name of a program that has nothing but this verb; nil for a verb of `cartload`.
    var program: String?
    /// One sentence.
    var summary: String
    /// Paragraphs below the summary in the verb's own help.
    var discussion: String?
    var arguments: [ArgumentDefinition] = []
    var options: [OptionDefinition] = []
    /// Left out of help and completions.
    var isHidden = false

    static let logLevel = OptionDefinition.value(
        "log-level", "level", "Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).",
        choices: LogLevel.allCases.map(\.rawValue))

    /// What stands before the arguments: `cartload tap`, or the name of a program of its own.
    var invocation: String { program ?? "cartload \(name)" }

    /// How its help is asked for.
    var helpInvocation: String { program.map { "\($0) --help" } ?? "cartload help \(name)" }

    /// The verb's own options and those that all verbs have.
    var allOptions: [OptionDefinition] { options + [CommandDefinition.logLevel] }

    func option(_ name: String) -> OptionDefinition? { allOptions.first { $0.name == name } }

    /// The option of a short form such as `-c`.
    func option(letterOf text: String) -> OptionDefinition? {
        guard text.count == 2, text.first == "-", let letter = text.last else { return nil }
        return allOptions.first { $0.letter == letter }
    }
}

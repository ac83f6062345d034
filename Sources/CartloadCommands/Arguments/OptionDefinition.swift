// SPDX-License-Identifier: Apache-2.0

/// One option or flag of a verb.
struct OptionDefinition: Sendable {
    /// What a value is, so that shells can complete it.
    enum Completion: Sendable {
        case none, file, directory
        /// One that can be this; nil for any.
        case connector(Registry.Role?)
    }

    /// Without the dashes.
    var name: String
    /// What the value is called in help; nil for a flag.
    var valueName: String?
    var summary: String
    /// The words that a value can be; empty for any.
    var choices: [String] = []
    var isRepeatable = false
    /// Whether help shows it as one that has to be there; the verb sees to it.
    var isRequired = false
    var completion = Completion.none
    /// The letter of its short form, `-c`.
    var letter: Character?
    /// A flag that may have a value after `=`, such as `--test=schema`.
    var flagValues: [String] = []

    static func flag(
        _ name: String, letter: Character? = nil, values: [String] = [], _ summary: String
    ) -> OptionDefinition {
        OptionDefinition(name: name, summary: summary, letter: letter, flagValues: values)
    }

    static func value(
        _ name: String, letter: Character? = nil, _ valueName: String, _ summary: String, choices: [String] = [],
        isRepeatable: Bool = false, isRequired: Bool = false, completion: Completion = .none
    ) -> OptionDefinition {
        OptionDefinition(
            name: name, valueName: valueName, summary: summary, choices: choices, isRepeatable: isRepeatable,
            isRequired: isRequired, completion: completion, letter: letter)
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Takes a verb's command line apart.
///
/// Values follow their option as `--name value` or `--name=value`, whatever they begin with. A single `-` is an argument
/// (stdin or stdout), and after `--` everything is.
struct ArgumentParser {
    let command: CommandDefinition

    enum Result: Equatable {
        case arguments(ParsedArguments)
        case help
    }

    func parse(_ words: [String]) throws -> Result {
        var parsed = ParsedArguments()
        var arguments = command.arguments[...]
        var rest = words[...]
        var areAllArguments = false
        while let word = rest.popFirst() {
            if !areAllArguments, word == "--" {
                areAllArguments = true
            } else if !areAllArguments, word == "-h" || word == "--help" {
                return .help
            } else if !areAllArguments, word.hasPrefix("-"), word != "-" {
                try option(word, &rest, &parsed)
            } else {
                guard let definition = arguments.first else {
                    throw UsageError.unexpectedArgument(word, of: command)
                }
                if definition.takesRest {
                    parsed.rest += [word] + rest
                    arguments = []
                    break
                }
                arguments = arguments.dropFirst()
                try check(word, against: definition.choices, for: "<\(definition.name)>")
                parsed.add(argument: definition.name, word)
            }
        }
        if let missing = arguments.first(where: { !$0.isOptional }) {
            throw UsageError.missingArgument(missing.name, of: command)
        }
        return .arguments(parsed)
    }

    private func option(_ word: String, _ rest: inout ArraySlice<String>, _ parsed: inout ParsedArguments) throws {
        let equals = word.firstIndex(of: "=")
        let text = equals.map { String(word[..<$0]) } ?? word
        let found = text.hasPrefix("--") ? command.option(String(text.dropFirst(2))) : command.option(letterOf: text)
        guard let definition = found else { throw UsageError.unknownOption(text, of: command) }
        guard let valueName = definition.valueName else {
            if let equals, !definition.flagValues.isEmpty {
                let value = String(word[word.index(after: equals)...])
                try check(value, against: definition.flagValues, for: text)
                parsed.add(option: definition.name, value)
                return parsed.add(flag: definition.name)
            }
            guard equals == nil else {
                throw UsageError.missingValue("\(text) is a flag and takes no value", advice: "Write only \(text).")
            }
            return parsed.add(flag: definition.name)
        }
        guard let value = equals.map({ String(word[word.index(after: $0)...]) }) ?? rest.popFirst() else {
            throw UsageError.missingValue(
                "\(text) needs a value", advice: "Write \(text) <\(valueName)>: \(definition.summary)")
        }
        try check(value, against: definition.choices, for: text)
        guard definition.isRepeatable || parsed.value(definition.name) == nil else {
            throw UsageError.invalidValue("\(text) is given twice", advice: "Give it once.")
        }
        parsed.add(option: definition.name, value)
    }

    private func check(_ value: String, against choices: [String], for name: String) throws {
        guard !choices.isEmpty, !choices.contains(value) else { return }
        throw UsageError.invalidValue(
            "\(name) cannot be \"\(value)\"",
            advice: value.nearest(in: choices).map { "Did you mean \"\($0)\"?" }
                ?? "It can be \(choices.joined(separator: ", ")).")
    }
}

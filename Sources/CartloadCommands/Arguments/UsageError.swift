// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension CartloadError.Code {
    /// The command line names a verb that does not exist.
    static let unknownVerb = CartloadError.Code("usage.unknown-verb")
    /// The command line has an option that the verb does not know.
    static let unknownOption = CartloadError.Code("usage.unknown-option")
    /// An option that takes a value has none, or a flag has one.
    static let missingValue = CartloadError.Code("usage.missing-value")
    /// A value is none of those that are possible.
    static let invalidValue = CartloadError.Code("usage.invalid-value")
    /// A positional argument is missing.
    static let missingArgument = CartloadError.Code("usage.missing-argument")
    /// There are more positional arguments than the verb takes.
    static let unexpectedArgument = CartloadError.Code("usage.unexpected-argument")
}

/// Makes the errors of wrong use, which end with exit code 2.
enum UsageError {
    static func unknownVerb(_ name: String, in verbs: [String]) -> CartloadError {
        CartloadError(
            .unknownVerb, "there is no verb \"\(name)\"",
            advice: name.nearest(in: verbs).map { "Did you mean \"\($0)\"?" }
                ?? "The verbs are \(verbs.joined(separator: ", ")).")
    }

    static func unknownOption(_ text: String, of command: CommandDefinition) -> CartloadError {
        let name = String(text.drop { $0 == "-" })
        let near = name.nearest(in: command.allOptions.map(\.name) + ["help"])
        return CartloadError(
            .unknownOption, "\(command.program ?? command.name) has no option \"\(text)\"",
            advice: near.map { "Did you mean \"--\($0)\"?" } ?? "`\(command.helpInvocation)` lists them.")
    }

    /// An option before the verb.
    static func unknownProgramOption(_ text: String) -> CartloadError {
        CartloadError(
            .unknownOption, "there is no option \"\(text)\" before the verb",
            advice: "Write options after the verb; `cartload help` lists the verbs.")
    }

    static func missingValue(_ message: String, advice: String?) -> CartloadError {
        CartloadError(.missingValue, message, advice: advice)
    }

    static func invalidValue(_ message: String, advice: String?) -> CartloadError {
        CartloadError(.invalidValue, message, advice: advice)
    }

    static func missingArgument(_ name: String, of command: CommandDefinition) -> CartloadError {
        CartloadError(
            .missingArgument, "the argument <\(name)> is missing",
            advice: "Usage: \(HelpText.shortUsage(of: command))")
    }

    static func unexpectedArgument(_ text: String, of command: CommandDefinition) -> CartloadError {
        CartloadError(
            .unexpectedArgument, "there is one argument too many: \"\(text)\"",
            advice: "Usage: \(HelpText.shortUsage(of: command))")
    }
}

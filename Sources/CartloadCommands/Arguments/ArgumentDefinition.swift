// SPDX-License-Identifier: Apache-2.0

/// One positional argument of a verb.
struct ArgumentDefinition: Sendable {
    var name: String
    var summary: String
    var isOptional = false
    var choices: [String] = []
    var completion = OptionDefinition.Completion.none
    /// Whether it takes this word and all that follow, options or not: a command to run.
    var takesRest = false
}

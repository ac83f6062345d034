// SPDX-License-Identifier: Apache-2.0

/// One positional argument of a verb.
struct ArgumentDefinition: Sendable {
    var name: String
    var summary: String
    var isOptional = false
    var choices: [String] = []
    var completion = OptionDefinition.Completion.none
}

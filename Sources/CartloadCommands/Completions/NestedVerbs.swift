// SPDX-License-Identifier: Apache-2.0

/// The verbs that have verbs of their own, such as `batches`, and those below each.
struct NestedVerbs {
    let groups: [(name: String, verbs: [CommandDefinition])]

    /// - Parameter nested: Their names have two words.
    init(_ nested: [CommandDefinition]) {
        var groups: [(name: String, verbs: [CommandDefinition])] = []
        for command in nested {
            let name = String(command.name.prefix { $0 != " " })
            if groups.last?.name != name { groups.append((name, [])) }
            groups[groups.count - 1].verbs.append(command)
        }
        self.groups = groups
    }

    /// The second word of a verb's name.
    static func word(_ command: CommandDefinition) -> String {
        String(command.name.drop { $0 != " " }.dropFirst())
    }
}

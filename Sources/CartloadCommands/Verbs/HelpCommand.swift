// SPDX-License-Identifier: Apache-2.0

/// `cartload help [VERB]`
struct HelpCommand: Command {
    static let definition = CommandDefinition(
        name: "help", summary: "Show help.",
        arguments: [
            ArgumentDefinition(name: "verb", summary: "The verb to explain.", isOptional: true),
            ArgumentDefinition(name: "action", summary: "One of the verb's own verbs.", isOptional: true),
        ])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let definitions = Cartload.definitions
        guard let verb = arguments.argument("verb") else {
            try context.console.print(HelpText.program(definitions))
            return .done
        }
        guard let definition = definitions.first(where: { $0.name == verb }) else {
            throw UsageError.unknownVerb(verb, in: definitions.filter { !$0.isHidden }.map(\.name))
        }
        if let action = arguments.argument("action") {
            let group = Cartload.commands.first { $0.definition.name == verb } as? any CommandGroup.Type
            let own = group?.commands.map { $0.definition } ?? []
            guard let found = own.first(where: { $0.name == "\(verb) \(action)" }) else {
                throw UsageError.unknownVerb("\(verb) \(action)", in: own.map(\.name))
            }
            try context.console.print(HelpText.command(found))
            return .done
        }
        try context.console.print(HelpText.command(definition))
        return .done
    }
}

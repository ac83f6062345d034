// SPDX-License-Identifier: Apache-2.0

/// A verb that has verbs of its own: `cartload batches push`.
protocol CommandGroup: Command {
    static var commands: [any Command.Type] { get }
}

/// `cartload batches VERB`
struct BatchesCommand: CommandGroup {
    static let commands: [any Command.Type] = [
        BatchesRunCommand.self, BatchesDescribeCommand.self, BatchesCreateCommand.self, BatchesInfoCommand.self,
        BatchesStatusCommand.self, BatchesPushCommand.self, BatchesPullCommand.self, BatchesWatchCommand.self,
        BatchesCloseCommand.self, BatchesCancelCommand.self,
    ]

    static let definition = CommandDefinition(
        name: "batches", summary: "Use the Batches API: run services over records.",
        discussion: commands.map { command in
            let name = String(command.definition.name.dropFirst("batches ".count))
            return "  \(name)\(String(repeating: " ", count: max(1, 12 - name.count)))\(command.definition.summary)"
        }.joined(separator: "\n") + "\n\n`cartload batches VERB --help` says more.",
        arguments: [
            ArgumentDefinition(
                name: "verb", summary: "What to do.",
                choices: commands.map { String($0.definition.name.dropFirst("batches ".count)) })
        ])

    /// The command of a verb of a group.
    static func find(_ verb: String) -> (any Command.Type)? {
        commands.first { $0.definition.name == "batches \(verb)" }
    }

    /// Reached only with a verb that is none, which parsing has refused.
    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        throw UsageError.missingArgument("verb", of: definition)
    }
}

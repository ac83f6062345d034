// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadSinger
internal import CartloadStorage

/// `cartload pack --config F`
struct PackCommand: Command {
    static let definition = CommandDefinition(
        name: "pack", summary: "Turn RECORD messages into BATCH messages, from stdin to stdout.",
        discussion: """
            Sits between any Singer tap and any target that reads BATCH. Everything else passes as it is, in order, and a
            STATE leaves only after every record before it. The smallest configuration says where files go:

              {"storage": {"root": "batches"}}
            """,
        options: [
            .value(
                "config", letter: "c", "file",
                "The configuration: storage, encoding, batch_size and others, as a tap's batch_config.",
                isRequired: true, completion: .file)
        ])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        guard let path = arguments.value("config") else {
            throw UsageError.missingValue(
                "pack needs --config", advice: "Write where files go: {\"storage\": {\"root\": \"…\"}}.")
        }
        let document = try ConfigurationDocument(file: path, environment: context.environment)
        let values = document.value.objectValue ?? JSONObject()
        context.registry.learnSecrets(
            of: values, settings: PackOptions.settings, substitutions: document.substitutions, context.console.redactor)
        let options = try PackOptions(
            values, positions: document.positions, environment: context.environment.variables)
        return try await SingerSession(name: "pack", context: context).run { stop, meter, warn in
            try await PackRun(
                options, input: { try FileReader.standardInput() }, stop: stop, meter: meter, runID: RunID.random,
                warn: warn
            ).run()
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadSinger
internal import CartloadStorage

/// `cartload unpack`
struct UnpackCommand: Command {
    static let definition = CommandDefinition(
        name: "unpack", summary: "Turn BATCH messages into RECORD messages, from stdin to stdout.",
        discussion: """
            Sits between a tap that writes BATCH and any Singer target. Everything else passes as it is, in order. Files are
            read only from the folders and hosts that are named:

              tap-x --config tap.json | cartload unpack --root batches | target-jsonl --config target.json
            """,
        options: [
            .value(
                "config", letter: "c", "file", "The configuration: batch_roots, batch_hosts and others, as a target's.",
                completion: .file),
            .value(
                "root", "dir", "A folder that files may be read from.", isRepeatable: true, completion: .directory),
            .value("host", "name", "A host that files may be read from: host or host:port.", isRepeatable: true),
        ])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        var values = JSONObject()
        var positions = Configuration.Positions()
        if let path = arguments.value("config") {
            let document = try ConfigurationDocument(file: path, environment: context.environment)
            values = document.value.objectValue ?? values
            positions = document.positions
            context.registry.learnSecrets(
                of: values, settings: UnpackRun.Options.settings, substitutions: document.substitutions,
                context.console.redactor)
        }
        for (option, setting) in [("root", "batch_roots"), ("host", "batch_hosts")] {
            let given = arguments.values(option)
            guard !given.isEmpty else { continue }
            let earlier = values[setting]?.arrayValue ?? values[setting].map { [$0] } ?? []
            values[setting] = .array(earlier + given.map { .string($0) })
        }
        let options = try UnpackRun.Options(
            Configuration(values, settings: UnpackRun.Options.settings, positions: positions),
            environment: context.environment.variables)
        return try await SingerSession(name: "unpack", context: context).run { stop, meter, warn in
            try await UnpackRun(
                options, input: { try FileReader.standardInput() }, stop: stop, meter: meter, warn: warn
            ).run()
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadServer

/// `cartload serve`
struct ServeCommand: Command {
    static let definition = CommandDefinition(
        name: "serve", summary: "Serve the Batches API.",
        discussion: """
            Takes records in chunks over HTTP, runs services over them and hands out the results. Without a configuration it
            listens on this machine alone, for a tenant `demo`, and prints a token and an example.

            SIGTERM ends it in good order, SIGHUP reads services and certificate again. `cartload serve token create` makes
            a secret and prints the hash that stands for it in the configuration.
            """,
        arguments: [
            ArgumentDefinition(
                name: "subject", summary: "token, to make a secret instead of serving.", isOptional: true,
                choices: ["token"]),
            ArgumentDefinition(name: "action", summary: "What to do with it.", isOptional: true, choices: ["create"]),
        ],
        options: [
            .value("config", letter: "c", "file", "The configuration, YAML or JSON.", completion: .file),
            .value("listen", letter: "l", "host:port", "Where to listen (default: 127.0.0.1:8765)."),
            .value(
                "data", "dir",
                "Keep pipelines in this directory; `none` keeps them in memory (default: .cartload/server).",
                completion: .directory),
            .value(
                "services", "dir", "The services' directory (default: services, if there is one).",
                completion: .directory),
            .value("workers", "n", "How many chunks run at once (default: as many as there are cores)."),
            .value("idle-timeout", "time", "Close pipelines that nobody uses for so long, such as 30m."),
            .value("tls-certificate", "file", "Serve HTTPS with the certificate of this PEM file.", completion: .file),
            .value("tls-key", "file", "The PEM file with the certificate's key.", completion: .file),
            .value(
                "access-log", "file", "Write a line for each request to this file; - for stderr.", completion: .file),
            .flag("no-dashboard", "Serve the API alone, without the page."),
            .value(
                "kind", "kind", "With token create, what it is for (default: token).",
                choices: ["token", "api-key", "client"]),
            .flag("json", "Print what others need to know as one JSON object on stdout."),
        ])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        if arguments.argument("subject") != nil {
            guard arguments.argument("action") != nil else {
                throw UsageError.missingArgument("action", of: definition)
            }
            return try SecretMaking(kind: arguments.value("kind") ?? "token", isJSON: arguments.flag("json")).run(
                context)
        }
        let configuration = try ServeSession.configuration(arguments, context)
        return try await ServeSession(configuration, arguments, context).run()
    }
}

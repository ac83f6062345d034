// SPDX-License-Identifier: Apache-2.0

/// `cartload run FLOW.yaml`
struct RunCommand: Command {
    static let definition = CommandDefinition(
        name: "run", summary: "Run a flow.",
        discussion: """
            Reads the flow's source in batches, processes the records and writes them to its destinations. What is
            committed stays, and the same command goes on from there after a stop, an error or a crash.
            """,
        arguments: [ArgumentDefinition(name: "flow", summary: "The flow file, YAML or JSON.", completion: .file)],
        options: [
            .value("state", "dir", "Keep checkpoints in this directory (default: .cartload).", completion: .directory),
            .flag("fresh", "Forget earlier checkpoints and start from the beginning."),
            .flag("once", "Run once, even when the flow has a schedule."),
            .flag("json", "Print the result as one JSON object on stdout."),
            .flag("no-progress", "Do not show how the run goes."),
            .value("stats", "file", "Write the result as JSON to this file.", completion: .file),
        ])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let flow = try FlowFile.read(arguments.argument("flow") ?? "", context)
        let options = RunRequest(
            stateDirectory: arguments.value("state") ?? ".cartload", isFresh: arguments.flag("fresh"),
            runsOnce: arguments.flag("once"))
        return try await FlowSession(
            flow: flow, options: options, context: context, showsProgress: !arguments.flag("no-progress"),
            isJSON: arguments.flag("json"), statisticsFile: arguments.value("stats")
        ).run()
    }
}

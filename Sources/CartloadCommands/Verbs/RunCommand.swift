// SPDX-License-Identifier: Apache-2.0

/// `cartload run FLOW.yaml`
struct RunCommand: Command {
    static let definition = CommandDefinition(
        name: "run", summary: "Run a flow.",
        discussion: """
            Reads the flow's source in batches, processes the records and writes them to its destinations. What is
            committed stays, and the same command goes on from there after a stop, an error or a crash.

            A flow with a schedule, or several links, run until they are stopped. SIGHUP reads the file again: links that
            have not changed go on, and a file with a mistake changes nothing.
            """,
        arguments: [ArgumentDefinition(name: "flow", summary: "The flow file, YAML or JSON.", completion: .file)],
        options: [
            .value("state", "dir", "Keep checkpoints in this directory (default: .cartload).", completion: .directory),
            .flag("fresh", "Forget earlier checkpoints and start from the beginning."),
            .flag("once", "Run each link once, whatever its schedule."),
            .flag("json", "Print the result as one JSON object on stdout."),
            .flag("no-progress", "Do not show how the run goes."),
            .value("stats", "file", "Write the result as JSON to this file.", completion: .file),
        ])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let path = arguments.argument("flow") ?? ""
        let flows = try FlowFile.read(path, context)
        let options = RunRequest(
            stateDirectory: arguments.value("state") ?? ".cartload", isFresh: arguments.flag("fresh"),
            runsOnce: arguments.flag("once"))
        guard let flow = FlowFile.plain(flows) else {
            return try await LinksSession(
                path: path, options: options, context: context, showsProgress: !arguments.flag("no-progress"),
                isJSON: arguments.flag("json"), statisticsFile: arguments.value("stats")
            ).run(flows)
        }
        return try await FlowSession(
            flow: flow, options: options, context: context, showsProgress: !arguments.flag("no-progress"),
            isJSON: arguments.flag("json"), statisticsFile: arguments.value("stats")
        ).run()
    }
}

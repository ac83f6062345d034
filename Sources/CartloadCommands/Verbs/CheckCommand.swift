// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// `cartload check FLOW.yaml`
struct CheckCommand: Command {
    static let definition = CommandDefinition(
        name: "check", summary: "Check a flow, connect to its ends and show what would run.",
        arguments: [ArgumentDefinition(name: "flow", summary: "The flow file, YAML or JSON.", completion: .file)],
        options: [.flag("json", "Print the plan as one JSON object.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let flow = try FlowFile.read(arguments.argument("flow") ?? "", context)
        let plan = try await context.checker(
            flow,
            RunContext(
                registry: context.registry, meter: RunMeter(flow: flow.name), stop: StopRequest(),
                logger: context.logger("check")))
        if arguments.flag("json") { try context.console.print(plan.json) } else { try context.console.print(plan.text) }
        return .done
    }
}

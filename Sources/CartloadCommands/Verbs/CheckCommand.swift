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
        let flows = try FlowFile.read(arguments.argument("flow") ?? "", context)
        var plans: [FlowPlan] = []
        for flow in flows {
            var plan = try await context.checker(
                flow,
                RunContext(
                    registry: context.registry, meter: RunMeter(flow: flow.name), stop: StopRequest(),
                    logger: context.logger("check")))
            if let schedule = flow.link.schedule { plan.nextRuns = schedule.times(after: context.instant, count: 3) }
            plans.append(plan)
        }
        if arguments.flag("json") {
            let json = plans.map(\.json)
            try context.console.print(json.count == 1 ? json[0] : .array(json))
        } else {
            try context.console.print(plans.map(\.text).joined())
        }
        return .done
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore

/// `cartload batches create SERVICE`
struct BatchesCreateCommand: Command {
    static let definition = CommandDefinition(
        name: "batches create", summary: "Open a pipeline for a service and print its id.",
        arguments: [
            ArgumentDefinition(
                name: "service", summary: "folder/name, folder/name[version], service/ID or version/ID.")
        ],
        options: [
            .value("output-fields", "list", "Only these outputs of the service."),
            .value("unique-key", "list", "Inputs that tell records apart."),
            .value("accuracy", "share", "The share of records that must succeed, 0 to 1 (default: 1)."),
            .value("priority", "n", "0 to 9; higher ones run first."),
            .value("min-runners", "n", "Runners to begin with."),
            .value("max-runners", "n", "Runners at most."),
            .value("chunks-per-vm", "n", "Chunks that a worker takes at once."),
            .value("runners-per-vm", "n", "Threads of a worker."),
            .value("max-input-size", "mb", "Megabytes of the input buffer."),
            .value("max-output-size", "mb", "Megabytes of the output buffer."),
            .value("correlation-id", "text", "What you call the work."),
            .value("call-purpose", "text", "What it is for."),
            .value("active-since", "time", "The version of the service that was in force then."),
        ] + BatchesConnection.options + [.flag("json", "Print the server's answer as JSON.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let options = CreateOptions(
            activeSince: try instant(arguments), sourceSystem: "cartload batches",
            correlationID: arguments.value("correlation-id"), callPurpose: arguments.value("call-purpose"),
            selectedOutputs: arguments.names("output-fields"), uniqueRecordKey: arguments.names("unique-key"),
            minRunners: try arguments.integer("min-runners", atLeast: 1),
            maxRunners: try arguments.integer("max-runners", atLeast: 1),
            chunksPerVM: try arguments.integer("chunks-per-vm", atLeast: 1),
            runnersPerVM: try arguments.integer("runners-per-vm", atLeast: 1),
            maxInputSize: try megabytes(arguments, "max-input-size"),
            maxOutputSize: try megabytes(arguments, "max-output-size"), accuracy: try arguments.share("accuracy"),
            priority: try arguments.integer("priority", atLeast: 0))
        let client = try BatchesConnection(arguments, context).client()
        let service = ServiceReference(arguments.argument("service") ?? "")
        let info = try await BatchesFailure.translating { try await client.batches.create(service, options) }
        if arguments.flag("json") {
            try context.console.print(info.json)
        } else {
            try context.console.print(info.id + "\n")
        }
        return .done
    }

    private static func megabytes(_ arguments: ParsedArguments, _ name: String) throws -> Double? {
        guard let text = arguments.value(name) else { return nil }
        guard let number = Double(text), number > 0, number <= 1_000_000 else {
            throw UsageError.invalidValue("--\(name) must be a number of megabytes, not \"\(text)\"", advice: nil)
        }
        return number
    }

    private static func instant(_ arguments: ParsedArguments) throws -> Instant? {
        guard let text = arguments.value("active-since") else { return nil }
        guard let instant = Instant(text) else {
            throw UsageError.invalidValue(
                "--active-since must be a time, not \"\(text)\"", advice: "Write it as 2026-01-31T12:00:00Z.")
        }
        return instant
    }
}

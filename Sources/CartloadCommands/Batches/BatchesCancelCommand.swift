// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore

/// `cartload batches cancel ID`
struct BatchesCancelCommand: Command {
    static let definition = CommandDefinition(
        name: "batches cancel", summary: "Cancel a pipeline and discard what is in it.", arguments: [.pipeline],
        options: [
            .flag("keep-completed", "Leave finished results to be pulled.")
        ] + BatchesConnection.options + [.flag("json", "Print the server's answer as JSON.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let keeps = arguments.flag("keep-completed")
        let client = try BatchesConnection(arguments, context).client()
        let pipeline = client.batches.of(arguments.argument("id") ?? "")
        let info = try await BatchesFailure.translating { try await pipeline.cancel(keepsCompleted: keeps) }
        if arguments.flag("json") {
            try context.console.print(info.json)
        } else {
            try context.console.print("\(info.id) is \(info.batchStatus)\n")
        }
        return .done
    }
}

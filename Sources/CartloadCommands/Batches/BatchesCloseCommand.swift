// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore

/// `cartload batches close ID`
struct BatchesCloseCommand: Command {
    static let definition = CommandDefinition(
        name: "batches close", summary: "Close a pipeline: what was pushed runs to its end.", arguments: [.pipeline],
        options: BatchesConnection.options + [.flag("json", "Print the server's answer as JSON.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let client = try BatchesConnection(arguments, context).client()
        let pipeline = client.batches.of(arguments.argument("id") ?? "")
        let info = try await BatchesFailure.translating { try await pipeline.close() }
        if arguments.flag("json") {
            try context.console.print(info.json)
        } else {
            try context.console.print("\(info.id) is \(info.batchStatus)\n")
        }
        return .done
    }
}

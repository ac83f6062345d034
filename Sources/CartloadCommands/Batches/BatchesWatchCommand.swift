// SPDX-License-Identifier: Apache-2.0

internal import CartloadClient
internal import CartloadCore

/// `cartload batches watch [ID]`
struct BatchesWatchCommand: Command {
    static let definition = CommandDefinition(
        name: "batches watch", summary: "Show how pipelines go until they end.",
        discussion: """
            On a terminal there is a live table; otherwise a line for each change, at most one a second while only numbers
            change. Without an id it shows all pipelines of the caller that are in progress, and those that come meanwhile.

            It ends with 0 when they completed, and with 1 when one of them failed or was cancelled.
            """,
        arguments: [
            ArgumentDefinition(
                name: "id", summary: "The pipeline, as create printed it (default: all in progress).", isOptional: true)
        ],
        options: [
            .value("timeout-after", "time", "Stop watching after this time; the pipelines go on.")
        ] + BatchesConnection.options + [.flag("json", "Print each change as JSON, one a line.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let watch = BatchesWatch(
            batches: try BatchesConnection(arguments, context).client().batches, id: arguments.argument("id"),
            limit: try arguments.duration("timeout-after"), isJSON: arguments.flag("json"), context: context)
        return try await BatchesFailure.translating { try await watch.run() }
    }
}

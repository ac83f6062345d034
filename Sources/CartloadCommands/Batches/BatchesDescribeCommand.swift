// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore

/// `cartload batches describe`
struct BatchesDescribeCommand: Command {
    static let definition = CommandDefinition(
        name: "batches describe", summary: "List the tenant's pipelines and what it uses.",
        options: BatchesConnection.options + [.flag("json", "Print the server's answer as JSON.")])

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        let client = try BatchesConnection(arguments, context).client()
        let list = try await BatchesFailure.translating { try await client.batches.describe() }
        if arguments.flag("json") {
            try context.console.print(list.json)
        } else {
            try context.console.print(text(list))
        }
        return .done
    }

    static func text(_ list: PipelineList) -> String {
        var rows = [["ID", "SERVICE", "STATUS", "RECORDS", "FAILED", "CREATED"]]
        for info in list.inProgress + list.recent {
            let summary = info.summary
            let done = "\(summary?.recordsCompleted ?? 0)/\(summary?.recordsSubmitted ?? 0)"
            rows.append([
                info.id, info.serviceURI, info.batchStatus, done, String(summary?.recordsFailed ?? 0),
                info.createdTimestamp,
            ])
        }
        let table = rows.count > 1 ? TextTable(rows).text : "There are no pipelines.\n"
        let input = "\(ByteSize(list.inputBufferUsedBytes)) of \(ByteSize(list.inputBufferAllocatedBytes))"
        let output = "\(ByteSize(list.outputBufferUsedBytes)) of \(ByteSize(list.outputBufferAllocatedBytes))"
        return table + "workers \(list.workersInUse) of \(list.maximumWorkers), input \(input), output \(output)\n"
    }
}

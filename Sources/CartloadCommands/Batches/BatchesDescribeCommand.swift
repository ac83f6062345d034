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

/// Rows of words in columns.
struct TextTable {
    let rows: [[String]]

    init(_ rows: [[String]]) { self.rows = rows }

    var text: String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, word in
                column == row.count - 1 ? word : word + String(repeating: " ", count: widths[column] - word.count)
            }.joined(separator: "  ") + "\n"
        }.joined()
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Reads the whole input and says what would be pushed.
struct BatchesDryRun {
    let request: BatchesRunRequest

    func run(_ context: CommandContext, isJSON: Bool) throws -> ExitStatus {
        var reader = try request.input.open(at: nil, from: 0, request.body, request.chunks)
        var first: JSONValue?
        var (records, chunks, bytes, rejected) = (0, 0, 0, 0)
        while let chunk = try reader.next() {
            chunks += 1
            records += chunk.recordCount
            rejected += chunk.rejects.count
            bytes += chunk.body.count
            if first == nil, chunk.recordCount > 0 { first = try JSONValue(parsing: chunk.body) }
        }
        if isJSON {
            let object = JSONObject([
                ("service", .string(request.service)), ("records", .int(records)), ("chunks", .int(chunks)),
                ("bytes", .int(bytes)), ("rejected", .int(rejected)), ("first_chunk", first ?? .null),
            ])
            try context.console.print(.object(object))
            return .done
        }
        let text = """
            \(request.service): \(Amount(records)) records in \(Amount(chunks)) chunks, \(ByteSize(bytes))
            """
        try context.console.print(text + "\n")
        if rejected > 0 {
            try context.console.print("\(Amount(rejected)) records are not valid and would be rejected\n")
        }
        if let first { try context.console.print("first chunk: \(first)\n") }
        return .done
    }
}

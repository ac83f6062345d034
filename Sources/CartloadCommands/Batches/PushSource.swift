// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadClient
internal import CartloadCore
internal import CartloadFiles
internal import CartloadFlow
internal import CartloadStorage

/// What `cartload batches push` reads: records in any form, or chunks as they are.
struct PushSource {
    /// What became of it.
    struct Pushed {
        var status: PipelineStatus?
        var records = 0
        var chunks = 0
        var rejected = 0

        mutating func add(_ status: PipelineStatus, records: Int, chunks: Int) {
            self.status = status
            self.records += records
            self.chunks += chunks
        }
    }

    let path: String
    private let format: FileFormat?
    private let limits: ChunkLimits
    private let prefix: String
    private let parameters: JSONObject?
    private let summary: Chunk.Summary?

    init(_ arguments: ParsedArguments) throws {
        path = arguments.value("input") ?? "-"
        format = arguments.value("format").flatMap(FileFormat.init(rawValue:))
        limits = ChunkLimits(records: try arguments.integer("chunk", atLeast: 1) ?? ChunkLimits().records)
        prefix = arguments.value("prefix") ?? "\(Checksum.text("\(Double.random(in: 0..<1))".utf8))-"
        parameters = try arguments.jsonObject("parameters")
        summary = try arguments.value("summary").map { try Chunk.Summary(words: $0) }
    }

    func push(to pipeline: Pipeline, _ context: CommandContext) async throws -> Pushed {
        try await ThreadExecutor.run {
            let input = RunInput(path: path, format: format)
            let body = ChunkBody(parameters: parameters, summary: summary?.json, prefix: prefix)
            let opened = try input.opened()
            if format == nil, opened.isDocument { return try await push(document: opened.document(), to: pipeline) }
            var reader = try input.open(opened, at: nil, from: 0, body, limits)
            var pushed = Pushed()
            while let chunk = try reader.next() {
                for reject in chunk.rejects { context.console.report(reject.error) }
                pushed.rejected += chunk.rejects.count
                guard chunk.recordCount > 0 else { continue }
                let status = try await pipeline.push(body: ChunkBody.push([chunk]))
                pushed.add(status, records: chunk.recordCount, chunks: 1)
            }
            return pushed
        }
    }

    private func push(document value: JSONValue, to pipeline: Pipeline) async throws -> Pushed {
        var pushed = Pushed()
        let list = value["chunks"]?.arrayValue ?? value.arrayValue
        guard let list else { throw notRecords("it is neither a list nor an object with chunks") }
        if let first = list.first, first["data"]?["inputs"] != nil {
            for (position, chunk) in list.enumerated() {
                guard var object = chunk.objectValue else { throw notRecords("a chunk is no object") }
                if object["id"]?.stringValue?.isEmpty ?? true { object["id"] = .string("\(prefix)\(position + 1)") }
                let records = object["data"]?["inputs"]?.arrayValue ?? []
                let body = Bytes(JSONValue.object(JSONObject([("chunks", .array([.object(object)]))])).description)
                var count = records.count
                if case .array? = records.first { count -= 1 }
                pushed.add(try await pipeline.push(body: body), records: count, chunks: 1)
            }
            return pushed
        }
        for (position, var chunk) in Chunk.dividing(
            list, size: limits.records, parameters: parameters, summary: summary
        ).enumerated() {
            chunk.id = "\(prefix)\(position + 1)"
            pushed.add(try await pipeline.push([chunk]), records: chunk.recordCount, chunks: 1)
        }
        return pushed
    }

    private func notRecords(_ why: String) -> CartloadError {
        CartloadError(
            .noRecords, "the JSON document cannot be pushed: \(why)", at: Location(source: path),
            advice: "Give JSON Lines, CSV, a JSON array of records or {\"chunks\": […]}.")
    }
}

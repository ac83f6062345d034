// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// The writing half of an unpacker that looks into records: sends what is left of them as RECORD messages, in order.
struct UnpackWriting {
    /// Puts a stream's records into messages, on several cores.
    private struct StreamWriter: DestinationWriter {
        func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
            var lines = BytesBuilder(capacity: batch.byteCount)
            batch.writeJSONLines(into: &lines, &diagnostics)
            return PreparedBatch(lines.finish(), recordCount: batch.count ?? 0, byteCount: batch.byteCount)
        }

        func write(_ batch: PreparedBatch) async throws { preconditionFailure("an unpacker writes by itself") }

        func commit(_ commit: Commit) async throws -> JSONValue {
            preconditionFailure("an unpacker commits by itself")
        }
    }

    private let run: UnpackRun

    init(_ run: UnpackRun) { self.run = run }

    func write(
        _ next: @Sendable () async throws -> TargetWork?, release: @Sendable () -> Void
    ) async throws {
        while let work = try await next() {
            if case .tick = work { continue }
            try await take(work)
            release()
        }
    }

    private func take(_ work: TargetWork) async throws {
        switch work {
        case .tick, .piece(.records), .piece(.files), .piece(.batch): break
        case .records(let stream, let prepared, let diagnostics, let bytesRead, let stamps):
            if let first = diagnostics.rejects.first { throw first.error }
            run.meter.update { statistics in
                statistics[stream: stream.name].recordsRead += prepared?.recordCount ?? 0
                statistics[stream: stream.name].bytesRead += bytesRead
            }
            guard let lines = prepared?.payload as? Bytes else { return }
            let wrapping = RecordWrapping(
                stream.name, timeExtracted: stamps.timeExtracted, version: stamps.version.map { .int($0) })
            try wrapping.wrap(lines: lines, Location()).withUnsafeBytes { try run.output.put($0) }
        case .piece(.schema(let plan, let answer)):
            do {
                try send(plan.sentSchema().json)
                await answer.give(.success(StreamWriter()))
            } catch {
                await answer.give(.failure(error))
                throw error
            }
        case .piece(.state(let value)):
            var line = BytesBuilder()
            line.append("{\"type\":\"STATE\",\"value\":" as StaticString)
            line.append(value)
            line.append("}" as StaticString)
            try run.output.put(line: line.finish())
        case .piece(.activate(let stream, let version)):
            try send(["type": "ACTIVATE_VERSION", "stream": .string(stream.name), "version": .int(version)])
        case .piece(.batchEnd(let end)): await run.options.files.remove(end.consumed, warn: run.warn)
        }
    }

    private func send(_ message: JSONValue) throws { try run.output.put(line: Bytes(message.description)) }
}

extension TargetStreamPlan {
    /// The SCHEMA of what leaves: the one that came, or what the processors make of it.
    func sentSchema() throws -> SchemaMessage {
        guard !processors.isEmpty else { return message }
        var sent = message
        var json = try written().jsonSchema.objectValue ?? JSONObject()
        json["additionalProperties"] = nil
        sent.schema = json
        let names = json["properties"]?.objectValue?.keys ?? []
        sent.keyProperties = message.keyProperties.filter(names.contains)
        return sent
    }
}

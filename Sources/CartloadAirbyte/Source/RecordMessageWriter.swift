// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// Sends the records of one stream as RECORD messages, and its commits as STATE messages.
///
/// Unchecked because `prepare` reads only constants; all else is called by one writer task.
final class RecordMessageWriter: DestinationWriter, @unchecked Sendable {
    private let output: AirbyteOutput
    private let plan: SourceStreamPlan
    private let prefix: Bytes
    private var cadence: StateCadence
    private var isRunning = false

    init(_ output: AirbyteOutput, _ plan: SourceStreamPlan, _ options: SourceOptions) {
        self.output = output
        self.plan = plan
        cadence = StateCadence(interval: options.stateDelay)
        prefix = Bytes(
            "{\"type\":\"RECORD\",\"record\":{\"stream\":\(JSONValue.string(plan.descriptor.name)),\"data\":")
    }

    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        let batch = try batch.opened(&diagnostics)
        var lines = BytesBuilder(capacity: batch.byteCount)
        var ends: [Int32]? = []
        ends?.reserveCapacity(batch.count ?? 0)
        batch.writeJSONLines(into: &lines, recordEnds: &ends, &diagnostics)
        // Whole milliseconds: PyAirbyte drops records whose time is anything else.
        let suffix = Bytes(",\"emitted_at\":\(output.clock.wall().microseconds / 1000)}}\n")
        let count = ends?.count ?? 0
        var text = BytesBuilder(capacity: lines.count + count * (prefix.count + suffix.count))
        lines.withUnsafeBytes { lines in
            var start = 0
            for end in ends ?? [] {
                let end = Int(end)
                text.append(prefix)
                text.append(UnsafeRawBufferPointer(rebasing: lines[start..<end - 1]))
                text.append(suffix)
                start = end
            }
        }
        let bytes = text.finish()
        return PreparedBatch(bytes, recordCount: count, byteCount: bytes.count)
    }

    func write(_ batch: PreparedBatch) async throws {
        guard let text = batch.payload as? Bytes else { preconditionFailure("not prepared by this writer") }
        guard batch.recordCount > 0 else { return }
        if !isRunning {
            isRunning = true
            try output.status(plan.descriptor, .running)
        }
        try text.withUnsafeBytes { try output.lines.put($0) }
        cadence.wrote(batch.recordCount)
    }

    /// I1: the same writer sent everything that the state covers.
    func commit(_ commit: Commit) async throws -> JSONValue {
        guard let state = plan.state(at: commit) else { return .null }
        let due = cadence.reached(
            state, isLast: commit.isLast, isReaderSlow: !output.lines.isReady(), at: output.clock.now())
        if let due { try send(due) }
        return .null
    }

    func close() async throws {
        if let due = cadence.broken(at: output.clock.now()) { try send(due) }
    }

    private func send(_ due: (state: StreamState, recordCount: Int)) throws {
        try output.send(AirbyteMessage.state(plan.descriptor, due.state.json, recordCount: due.recordCount))
    }
}

/// Standard output as a destination of one stream.
struct MessageDestination: Destination {
    let output: AirbyteOutput
    let plan: SourceStreamPlan
    let options: SourceOptions

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        RecordMessageWriter(output, plan, options)
    }
}

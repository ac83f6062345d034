// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// Sends the records of one stream as RECORD messages.
///
/// Unchecked because `prepare` reads only constants and the announcer, which locks; all else is called by one writer task.
final class RecordMessageWriter: DestinationWriter, @unchecked Sendable {
    private struct Encoded: Sendable {
        var text: Bytes
        var excess: Schema?
    }

    private let session: TapSession
    private let plan: TapStreamPlan
    private let announcer: SchemaAnnouncer
    private let prefix: Bytes
    /// What follows a record, after the time.
    private let suffix: Bytes

    init(_ session: TapSession, _ plan: TapStreamPlan) throws {
        self.session = session
        self.plan = plan
        announcer = try SchemaAnnouncer(session, plan.schema)
        let name = JSONValue.string(plan.name).description
        let start = Bytes("{\"type\":\"RECORD\",\"stream\":\(name),\"record\":")
        prefix = session.options.isASCIIOnly ? start.escapedToASCII() : start
        suffix = Bytes(plan.version.map { "\",\"version\":\($0)}\n" } ?? "\"}\n")
    }

    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        let batch = try batch.opened(&diagnostics)
        let excess = try announcer.excess(of: batch)
        var lines = BytesBuilder(capacity: batch.byteCount)
        var ends: [Int32]? = []
        ends?.reserveCapacity(batch.count ?? 0)
        batch.writeJSONLines(
            into: &lines, recordEnds: &ends, asciiOnly: session.options.isASCIIOnly, &diagnostics)
        let tail = Bytes(",\"time_extracted\":\"\(Moment.text(microseconds: session.clock.wall().microseconds))")
        let count = ends?.count ?? 0
        var text = BytesBuilder(capacity: lines.count + count * (prefix.count + tail.count + suffix.count))
        lines.withUnsafeBytes { lines in
            var start = 0
            for end in ends ?? [] {
                let end = Int(end)
                text.append(prefix)
                text.append(UnsafeRawBufferPointer(rebasing: lines[start..<end - 1]))
                text.append(tail)
                text.append(suffix)
                start = end
            }
        }
        let bytes = text.finish()
        return PreparedBatch(Encoded(text: bytes, excess: excess), recordCount: count, byteCount: bytes.count)
    }

    func write(_ batch: PreparedBatch) async throws {
        guard let encoded = batch.payload as? Encoded else { preconditionFailure("not prepared by this writer") }
        try announcer.announce(encoded.excess)
        try encoded.text.withUnsafeBytes { try session.output.put($0) }
    }

    func commit(_ commit: Commit) async throws -> JSONValue {
        if commit.isLast { try announcer.announce(nil) }  // a stream without records has a SCHEMA too
        if commit.isLast, let version = plan.version {
            try session.send(
                ["type": "ACTIVATE_VERSION", "stream": .string(plan.name), "version": .int(version)])
        }
        try session.advance(plan.name) { plan.mark(&$0, commit) }
        return .null
    }
}

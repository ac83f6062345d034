// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import Synchronization

/// Sees to it that records leave only after a SCHEMA that is true of them.
///
/// A schema that was inferred from a sample, or that a catalog froze, may be too narrow for a later record. Then it is
/// widened, and a new SCHEMA goes out first. Batches are compared with it on several cores; the writer widens, in order.
final class SchemaAnnouncer: Sendable {
    private struct State {
        var message: SchemaMessage
        var schema: Schema
        /// Checks rows; made when first needed.
        var validator: RecordValidator?
        var isSent = false
    }

    private let session: TapSession
    private let state: Mutex<State>

    init(_ session: TapSession, _ message: SchemaMessage) throws {
        self.session = session
        let json: JSONValue = .object(message.schema)
        state = Mutex(
            State(message: message, schema: message.schema.isEmpty ? Schema([]) : try Schema(jsonSchema: json)))
    }

    /// The fields announced so far, in order.
    var fieldNames: [String] { state.withLock { $0.schema.fields.map(\.name) } }

    /// The schema of what is not covered yet; nil when the batch fits what has been announced. For any thread.
    func excess(of batch: RecordBatch) throws -> Schema? {
        var ignored = Diagnostics()
        switch batch.body {
        case .columns(let columns):
            let known = state.withLock { $0.schema }
            if columns.schema.fields.allSatisfy({ known.holds($0) }) { return nil }
            guard columns.schema.fields.contains(where: { $0.type == .json }) else { return columns.schema }
            // Processors pass on as JSON text what they do not touch: its values tell its types.
            var rows = batch
            rows.body = .rows(try batch.rows(&ignored))
            rows.selection = nil
            return try excess(ofRows: rows)
        case .rows: return try excess(ofRows: batch)
        case .sealed:
            return try excess(of: batch.opened(&ignored))
        }
    }

    private func excess(ofRows batch: RecordBatch) throws -> Schema? {
        try batch.isValid(by: validator()) ? nil : try Schema.inferred(announcing: batch)
    }

    private func validator() throws -> RecordValidator {
        try state.withLock { state in
            if let validator = state.validator { return validator }
            // Fields that are not listed are an excess too; JSON Schema lets them pass unless told.
            var schema = state.message.schema
            schema["additionalProperties"] = false
            if schema["properties"] == nil { schema["properties"] = .object(JSONObject()) }
            let validator = try RecordValidator(jsonSchema: .object(schema))
            state.validator = validator
            return validator
        }
    }

    /// Whether a batch's excess still is one: an earlier batch may have brought the same, which was announced since. For the
    /// writer.
    func isWidened(by excess: Schema?) -> Bool {
        guard let excess else { return false }
        return state.withLock { $0.schema.widened(byExcess: excess) != $0.schema }
    }

    /// Sends SCHEMA when none was sent, or when the batch about to be written needs a wider one. For the writer.
    func announce(_ excess: Schema?) throws {
        let message: SchemaMessage? = state.withLock { state in
            if let excess {
                let wider = state.schema.widened(byExcess: excess)
                if wider != state.schema {
                    state.schema = wider
                    var json = wider.jsonSchema.objectValue ?? JSONObject()
                    json["additionalProperties"] = nil
                    if let required = json["required"]?.arrayValue, required.isEmpty { json["required"] = nil }
                    state.message.schema = json
                    state.validator = nil
                    state.isSent = false
                }
            }
            defer { state.isSent = true }
            return state.isSent ? nil : state.message
        }
        if let message { try session.send(message.json) }
    }
}

extension Schema {
    /// Whether every value of a field, as a source types it, is one of ours.
    fileprivate func holds(_ field: Field) -> Bool {
        guard let index = index(of: field.name) else { return false }
        let known = fields[index].type
        return field.type == .null || known.widened(with: field.type) == known
    }

    fileprivate func widened(byExcess excess: Schema) -> Schema {
        fields.isEmpty ? excess : widened(with: excess)
    }
}

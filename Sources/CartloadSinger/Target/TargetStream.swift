// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// A stream of the input from one SCHEMA message to the next: what is done with its records, and where they go.
final class TargetStream: Sendable {
    let message: SchemaMessage
    /// The types of the records as they come.
    let schema: Schema
    /// nil when records are not checked.
    let validator: RecordValidator?
    /// nil when dates stay as they are.
    let dates: DateProcessor?
    let metadata: MetadataColumns?
    let processors: [any Processor]
    let writer: any DestinationWriter

    var name: String { message.stream }

    init(_ plan: TargetStreamPlan, writer: any DestinationWriter) {
        message = plan.message
        schema = plan.schema
        validator = plan.validator
        dates = plan.dates
        metadata = plan.metadata
        processors = plan.processors
        self.writer = writer
    }

    /// Whether nobody looks into the records on their way, so that sealed ones need not be opened.
    var passesThrough: Bool {
        validator == nil && dates == nil && metadata == nil && processors.isEmpty
    }

    /// Works on records up to what the destination takes, alike for RECORD messages and for batch files (I4); runs on
    /// several cores.
    func prepare(_ records: TargetRecords) throws -> TargetWork {
        var diagnostics = records.diagnostics
        var batch = records.batch
        if !passesThrough { batch = try batch.opened(&diagnostics) }
        if let validator { batch = try batch.validated(by: validator, &diagnostics) }
        if let dates { batch = try dates.process(batch, &diagnostics) }
        if let metadata { batch = try metadata.added(to: batch, records.stamps, &diagnostics) }
        for processor in processors { batch = try processor.process(batch, &diagnostics) }
        let prepared = batch.count == 0 ? nil : try writer.prepare(batch, &diagnostics)
        return .records(
            self, prepared, diagnostics, bytesRead: records.bytesRead, records.stamps)
    }
}

/// What a SCHEMA message and the options make of a stream, before there is a writer.
struct TargetStreamPlan: Sendable {
    let message: SchemaMessage
    /// The message as it came; empty when there was none.
    let text: Bytes
    let schema: Schema
    let validator: RecordValidator?
    let dates: DateProcessor?
    let metadata: MetadataColumns?
    let processors: [any Processor]

    /// - Parameter isVersioned: Whether records of the stream carry versions.
    /// - Throws: `CartloadError` with code `schema.invalid` and those of processors that do not fit the schema.
    init(_ message: SchemaMessage, text: Bytes, isVersioned: Bool, _ options: TargetOptions) throws {
        self.message = message
        self.text = text
        let json =
            message.schema["type"] == nil && message.schema["properties"] != nil
            ? JSONValue.object(JSONObject(message.schema.members.map { ($0.key, $0.value) } + [("type", "object")]))
            : .object(message.schema)
        schema = try Schema(jsonSchema: json)
        validator =
            options.validates
            ? try RecordValidator(jsonSchema: TargetStreamPlan.requiring(message.keyProperties, json)) : nil
        dates = DateProcessor(schema, keys: message.keyProperties, options.invalidDates)
        let own = Set(MetadataColumns.names)
        let present = schema.fields.map(\.name).filter(own.contains)
        metadata =
            options.isConverting
            ? nil
            : MetadataColumns(
                all: options.addsMetadata, version: isVersioned && options.activatesVersions, replacing: present)
        processors = options.processors
    }

    /// The schema of what the destination gets.
    func written() throws -> Schema {
        try processors.schema(from: metadata?.schema(from: schema) ?? schema)
    }

    /// A record without a key could be told from no other.
    private static func requiring(_ keys: [String], _ schema: JSONValue) -> JSONValue {
        guard !keys.isEmpty, case .object(var object) = schema else { return schema }
        let required = object["required"]?.arrayValue ?? []
        let missing = keys.map { JSONValue.string($0) }.filter { !required.contains($0) }
        object["required"] = .array(required + missing)
        return .object(object)
    }
}

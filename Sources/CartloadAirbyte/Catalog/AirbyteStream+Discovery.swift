// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFlow

extension AirbyteStream {
    /// What a source offers, as its messages will show it.
    ///
    /// - Parameter processors: What is done to records before they are sent.
    public static func discovered(
        from source: any Source, processors: [any Processor] = []
    ) async throws -> [AirbyteStream] {
        var streams: [AirbyteStream] = []
        for stream in try await source.streams() {
            streams.append(try await AirbyteStream(discovering: stream, processors))
        }
        return streams
    }

    /// Streams whose schema nobody knows are sampled.
    init(discovering stream: any CartloadCore.Stream, _ processors: [any Processor]) async throws {
        let description = stream.description
        let power = SyncPower(of: stream)
        let known = if let schema = description.schema { schema } else { try await StreamSample(of: stream).schema() }
        let schema = try processors.schema(from: known)
        let names = Set(schema.fields.map(\.name))
        self.init(
            StreamDescriptor(description.name), jsonSchema: AirbyteStream.jsonSchema(of: schema),
            syncModes: power.syncModes,
            hasSourceDefinedCursor: power.isIncremental ? power.defaultCursorField != nil : nil,
            defaultCursorField: power.defaultCursorField.map { [$0] } ?? [],
            primaryKey: description.keys.filter(names.contains).map { [$0] }, isResumable: power.isResumable)
    }

    /// A schema as readers of the protocol understand it: with properties always, and a type for each.
    static func jsonSchema(of schema: Schema) -> JSONObject {
        var properties = JSONObject()
        for field in schema.fields { properties[field.name] = jsonSchema(of: field) }
        return JSONObject([
            ("$schema", "http://json-schema.org/draft-07/schema#"), ("type", "object"),
            ("properties", .object(properties)),
        ])
    }

    private static func jsonSchema(of field: Field) -> JSONValue {
        switch field.type {
        // Whoever makes a table of it needs a type.
        case .null: return ["type": ["null", "string"]]
        case .timestamp(zoned: true):
            guard case .object(var object) = field.type.jsonSchema(isNullable: field.isNullable) else { return nil }
            object["airbyte_type"] = "timestamp_with_timezone"
            return .object(object)
        case .time:
            guard case .object(var object) = field.type.jsonSchema(isNullable: field.isNullable) else { return nil }
            object["airbyte_type"] = "time_without_timezone"
            return .object(object)
        default: return field.type.jsonSchema(isNullable: field.isNullable)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A stream as a catalog has it.
public struct AirbyteStream: Sendable, Hashable {
    public var descriptor: StreamDescriptor
    public var jsonSchema: JSONObject
    /// Never empty.
    public var syncModes: [SyncMode]
    /// Whether the source decides by what the stream grows; nil when nothing is said.
    public var hasSourceDefinedCursor: Bool?
    /// A path, empty when there is none.
    public var defaultCursorField: [String]
    /// Paths of fields.
    public var primaryKey: [[String]]
    /// Whether a full refresh that broke off can be gone on with; nil when nothing is said.
    public var isResumable: Bool?

    public init(
        _ descriptor: StreamDescriptor, jsonSchema: JSONObject, syncModes: [SyncMode] = [.fullRefresh],
        hasSourceDefinedCursor: Bool? = nil, defaultCursorField: [String] = [], primaryKey: [[String]] = [],
        isResumable: Bool? = nil
    ) {
        self.descriptor = descriptor
        self.jsonSchema = jsonSchema
        self.syncModes = syncModes
        self.hasSourceDefinedCursor = hasSourceDefinedCursor
        self.defaultCursorField = defaultCursorField
        self.primaryKey = primaryKey
        self.isResumable = isResumable
    }

    /// Reads one; sync modes that are not known are left out, because later versions of the protocol add some.
    ///
    /// - Throws: `CartloadError` with code `airbyte.catalog`.
    public init(_ json: JSONValue) throws {
        guard let descriptor = StreamDescriptor(json) else { throw AirbyteFault.catalog("a stream has no name") }
        let modes = (json["supported_sync_modes"]?.arrayValue ?? []).compactMap(\.stringValue)
        self.init(
            descriptor, jsonSchema: json["json_schema"]?.objectValue ?? JSONObject(),
            syncModes: modes.compactMap(SyncMode.init),
            hasSourceDefinedCursor: json["source_defined_cursor"]?.boolValue,
            defaultCursorField: try AirbyteStream.path(
                json["default_cursor_field"], "default_cursor_field", descriptor),
            primaryKey: try AirbyteStream.paths(
                json["source_defined_primary_key"], "source_defined_primary_key", descriptor),
            isResumable: json["is_resumable"]?.boolValue)
        if syncModes.isEmpty { syncModes = [.fullRefresh] }
    }

    static func path(_ json: JSONValue?, _ member: String, _ stream: StreamDescriptor) throws -> [String] {
        guard let json, !json.isNull else { return [] }
        guard let names = json.arrayValue?.map(\.stringValue), !names.contains(nil) else {
            throw AirbyteFault.catalog("\(member) of \"\(stream)\" must be a list of names")
        }
        return names.compactMap { $0 }
    }

    static func paths(_ json: JSONValue?, _ member: String, _ stream: StreamDescriptor) throws -> [[String]] {
        guard let json, !json.isNull else { return [] }
        guard let paths = json.arrayValue else {
            throw AirbyteFault.catalog("\(member) of \"\(stream)\" must be a list of lists of names")
        }
        return try paths.map { try path($0, member, stream) }
    }

    /// As it is written, in the order of airbyte-cdk.
    public var json: JSONValue {
        var object = JSONObject([
            ("name", .string(descriptor.name)), ("json_schema", .object(jsonSchema)),
            ("supported_sync_modes", .array(syncModes.map { .string($0.rawValue) })),
        ])
        if let hasSourceDefinedCursor { object["source_defined_cursor"] = .bool(hasSourceDefinedCursor) }
        if !defaultCursorField.isEmpty { object["default_cursor_field"] = AirbyteStream.json(defaultCursorField) }
        if !primaryKey.isEmpty { object["source_defined_primary_key"] = .array(primaryKey.map(AirbyteStream.json)) }
        if let namespace = descriptor.namespace { object["namespace"] = .string(namespace) }
        if let isResumable { object["is_resumable"] = .bool(isResumable) }
        return .object(object)
    }

    static func json(_ path: [String]) -> JSONValue { .array(path.map { .string($0) }) }
}

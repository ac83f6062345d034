// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A stream as the user wants it moved.
public struct ConfiguredStream: Sendable, Hashable {
    public var stream: AirbyteStream
    public var syncMode: SyncMode
    public var destinationSyncMode: DestinationSyncMode
    /// A path, empty when none was chosen.
    public var cursorField: [String]
    /// Paths of fields; empty leaves the choice to the source.
    public var primaryKey: [[String]]
    /// Counts the refreshes of the stream.
    public var generationID: Int?
    /// Records of generations below it go once a sync of this one is complete; 0 keeps all.
    public var minimumGenerationID: Int?
    /// What it is called at the destination; nil for its own name.
    public var destinationObjectName: String?

    public var descriptor: StreamDescriptor { stream.descriptor }

    public init(
        _ stream: AirbyteStream, _ syncMode: SyncMode = .fullRefresh,
        _ destinationSyncMode: DestinationSyncMode = .append
    ) {
        self.stream = stream
        self.syncMode = syncMode
        self.destinationSyncMode = destinationSyncMode
        cursorField = []
        primaryKey = []
    }

    /// Reads one.
    ///
    /// - Throws: `CartloadError` with code `airbyte.catalog`.
    public init(_ json: JSONValue) throws {
        guard let stream = json["stream"] else { throw AirbyteFault.catalog("an entry has no \"stream\"") }
        self.init(try AirbyteStream(stream))
        syncMode = try ConfiguredStream.word(json["sync_mode"], "sync_mode", descriptor) ?? .fullRefresh
        destinationSyncMode =
            try ConfiguredStream.word(json["destination_sync_mode"], "destination_sync_mode", descriptor) ?? .append
        cursorField = try AirbyteStream.path(json["cursor_field"], "cursor_field", descriptor)
        primaryKey = try AirbyteStream.paths(json["primary_key"], "primary_key", descriptor)
        generationID = json["generation_id"]?.intValue
        minimumGenerationID = json["minimum_generation_id"]?.intValue
        destinationObjectName = json["destination_object_name"]?.stringValue
    }

    private static func word<Word: RawRepresentable<String>>(
        _ json: JSONValue?, _ member: String, _ stream: StreamDescriptor
    ) throws -> Word? {
        guard let json, !json.isNull else { return nil }
        guard let word = json.stringValue.flatMap(Word.init) else {
            throw AirbyteFault.catalog("\(member) of \"\(stream)\" cannot be \(json)")
        }
        return word
    }

    /// As it is written.
    public var json: JSONValue {
        var object = JSONObject([
            ("stream", stream.json), ("sync_mode", .string(syncMode.rawValue)),
            ("destination_sync_mode", .string(destinationSyncMode.rawValue)),
        ])
        if !cursorField.isEmpty { object["cursor_field"] = AirbyteStream.json(cursorField) }
        if !primaryKey.isEmpty { object["primary_key"] = .array(primaryKey.map(AirbyteStream.json)) }
        if let generationID { object["generation_id"] = .int(generationID) }
        if let minimumGenerationID { object["minimum_generation_id"] = .int(minimumGenerationID) }
        return .object(object)
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A SCHEMA message: what the records of a stream look like from here on.
///
/// Source: Singer SPEC 0.3.0, as singer-sdk 0.54.9 and singer-python write it.
public struct SchemaMessage: Sendable, Hashable {
    public var stream: String
    /// The JSON Schema, as it came.
    public var schema: JSONObject
    /// The fields that identify a record. Missing is read as none: singer-sdk's taps leave it out then.
    public var keyProperties: [String]
    /// Informational; nil when it is not there.
    public var bookmarkProperties: [String]?

    public init(_ stream: String, schema: JSONObject, keyProperties: [String] = [], bookmarkProperties: [String]? = nil)
    {
        self.stream = stream
        self.schema = schema
        self.keyProperties = keyProperties
        self.bookmarkProperties = bookmarkProperties
    }

    /// Reads a message.
    ///
    /// - Throws: `CartloadError` with code `singer.message` for a part that is missing or of the wrong kind.
    public init(_ message: JSONObject) throws {
        guard let stream = message["stream"]?.stringValue else { throw MessageFault.missing("stream", of: "SCHEMA") }
        guard let schema = message["schema"]?.objectValue else { throw MessageFault.missing("schema", of: "SCHEMA") }
        self.init(
            stream, schema: schema,
            keyProperties: try SchemaMessage.names(message["key_properties"], "key_properties") ?? [],
            bookmarkProperties: try SchemaMessage.names(message["bookmark_properties"], "bookmark_properties"))
    }

    private static func names(_ value: JSONValue?, _ member: String) throws -> [String]? {
        guard let value, !value.isNull else { return nil }
        guard let names = value.arrayValue?.map(\.stringValue), !names.contains(nil) else {
            throw MessageFault.wrong(member, of: "SCHEMA", "must be a list of names")
        }
        return names.compactMap { $0 }
    }

    /// The message as it is sent; targets of singer-sdk want `properties`, and key properties also when there are none.
    public var json: JSONValue {
        var schema = schema
        if schema["properties"] == nil { schema["properties"] = .object(JSONObject()) }
        var message = JSONObject([
            ("type", "SCHEMA"), ("stream", .string(stream)), ("schema", .object(schema)),
            ("key_properties", .array(keyProperties.map { .string($0) })),
        ])
        if let names = bookmarkProperties, !names.isEmpty {
            message["bookmark_properties"] = .array(names.map { .string($0) })
        }
        return .object(message)
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What a connector can be told, as its SPEC message says it.
public struct ConnectorSpecification: Sendable {
    public var title: String
    public var settings: [Setting]
    /// For destinations: how streams can be loaded.
    public var destinationModes: [DestinationSyncMode]

    public init(_ title: String, _ settings: [Setting], destinationModes: [DestinationSyncMode] = []) {
        self.title = title
        self.settings = settings
        self.destinationModes = destinationModes
    }

    public var message: JSONValue {
        var connection = JSONObject([
            ("$schema", "http://json-schema.org/draft-07/schema#"), ("title", .string(title)),
        ])
        for (key, value) in ConnectorSpecification.schema(settings).members { connection[key] = value }
        var specification = JSONObject([("connectionSpecification", .object(connection))])
        if destinationModes.isEmpty { return ["type": "SPEC", "spec": .object(specification)] }
        specification["supportsIncremental"] = true
        specification["supported_destination_sync_modes"] = .array(destinationModes.map { .string($0.rawValue) })
        return ["type": "SPEC", "spec": .object(specification)]
    }

    /// Settings as JSON Schema; other members are allowed, because platforms add some and keep those of older versions.
    private static func schema(_ settings: [Setting]) -> JSONObject {
        var properties = JSONObject()
        for (order, setting) in settings.enumerated() { properties[setting.name] = property(setting, order: order) }
        return JSONObject([
            ("type", "object"), ("required", .array(settings.filter(\.isRequired).map { .string($0.name) })),
            ("additionalProperties", true), ("properties", .object(properties)),
        ])
    }

    private static func property(_ setting: Setting, order: Int) -> JSONValue {
        var schema = JSONObject()
        switch setting.kind {
        case .string: schema["type"] = "string"
        case .integer: schema["type"] = "integer"
        case .number: schema["type"] = "number"
        case .boolean: schema["type"] = "boolean"
        case .choice(let words):
            schema["type"] = "string"
            schema["enum"] = .array(words.map { .string($0) })
        case .strings:
            schema["type"] = ["string", "array"]
            schema["items"] = ["type": "string"]
        case .mapping(let inner): schema = inner.isEmpty ? JSONObject([("type", "object")]) : self.schema(inner)
        case .list: schema["type"] = "array"
        case .any: break
        }
        schema["description"] = .string(setting.summary)
        if let value = setting.defaultValue { schema["default"] = value }
        if setting.isSecret { schema["airbyte_secret"] = true }
        schema["order"] = .int(order)
        return .object(schema)
    }
}

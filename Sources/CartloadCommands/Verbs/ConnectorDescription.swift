// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A connector for people and programs.
struct ConnectorDescription {
    let connector: Connector

    init(_ connector: Connector) { self.connector = connector }

    private var roles: [(name: String, settings: [Setting])] {
        [("source", connector.source?.settings), ("destination", connector.destination?.settings)]
            .compactMap { name, settings in settings.map { (name, $0) } }
    }

    /// One line for each connector.
    static func list(_ connectors: [Connector]) -> String {
        let width = (connectors.map(\.name.count).max() ?? 0) + 2
        return connectors.map { connector in
            let roles = ConnectorDescription(connector).roles.map(\.name).joined(separator: ", ")
            let pad = String(repeating: " ", count: width - connector.name.count)
            return "\(connector.name)\(pad)\(connector.summary) (\(roles))\n"
        }.joined()
    }

    var text: String {
        var lines = ["\(connector.name): \(connector.summary)"]
        for (name, settings) in roles {
            lines += ["", "As a \(name):"] + ConnectorDescription.lines(settings, indent: 2)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static func lines(_ settings: [Setting], indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        if settings.isEmpty { return ["\(margin)(no settings)"] }
        return settings.flatMap { setting in
            var notes: [String] = [phrase(setting.kind)]
            if setting.isRequired { notes.append("required") }
            if let value = setting.defaultValue { notes.append("default: \(value)") }
            if setting.isSecret { notes.append("secret") }
            var lines = [
                "\(margin)\(setting.name) (\(notes.joined(separator: ", ")))", "\(margin)    \(setting.summary)",
            ]
            if case .mapping(let inner) = setting.kind, !inner.isEmpty {
                lines += ConnectorDescription.lines(inner, indent: indent + 4)
            }
            return lines
        }
    }

    static func phrase(_ kind: Setting.Kind) -> String {
        switch kind {
        case .string: "string"
        case .integer: "whole number"
        case .number: "number"
        case .boolean: "true or false"
        case .choice(let words): words.joined(separator: " | ")
        case .strings: "string or list of strings"
        case .mapping: "mapping"
        case .list: "list"
        case .any: "any value"
        }
    }

    var json: JSONValue {
        var object = JSONObject([("name", .string(connector.name)), ("summary", .string(connector.summary))])
        for (name, settings) in roles { object[name] = .object(ConnectorDescription.schema(settings)) }
        return .object(object)
    }

    /// The settings as a JSON Schema.
    static func schema(_ settings: [Setting]) -> JSONObject {
        let properties = settings.map { ($0.name, JSONValue.object(schema($0))) }
        return JSONObject([
            ("type", "object"), ("properties", .object(JSONObject(properties))),
            ("required", .array(settings.filter(\.isRequired).map { .string($0.name) })),
            ("additionalProperties", false),
        ])
    }

    private static func schema(_ setting: Setting) -> JSONObject {
        var schema = JSONObject()
        switch setting.kind {
        case .string: schema["type"] = "string"
        case .integer: schema["type"] = "integer"
        case .number: schema["type"] = "number"
        case .boolean: schema["type"] = "boolean"
        case .choice(let words): schema["enum"] = .array(words.map { .string($0) })
        case .strings: schema["type"] = ["string", "array"]
        case .mapping(let inner): schema = inner.isEmpty ? JSONObject([("type", "object")]) : self.schema(inner)
        case .list: schema["type"] = "array"
        case .any: break
        }
        schema["description"] = .string(setting.summary)
        if let value = setting.defaultValue { schema["default"] = value }
        if setting.isSecret { schema["writeOnly"] = true }
        return schema
    }
}

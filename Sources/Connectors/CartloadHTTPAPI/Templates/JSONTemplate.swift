// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A JSON value whose texts are templates: a text that is one hole becomes the value itself, number, object or null.
public indirect enum JSONTemplate: Sendable, Hashable {
    case template(Template)
    case value(JSONValue)
    case array([JSONTemplate])
    case object([Member])

    public struct Member: Sendable, Hashable {
        public var name: String
        public var value: JSONTemplate

        public init(_ name: String, _ value: JSONTemplate) {
            self.name = name
            self.value = value
        }
    }

    /// - Throws: `CartloadError` with code `api.template`.
    public init(_ value: JSONValue, at location: Location = Location()) throws {
        switch value {
        case .string(let text): self = .template(try Template(parsing: text, at: location))
        case .array(let elements): self = .array(try elements.map { try JSONTemplate($0, at: location) })
        case .object(let object):
            self = .object(try object.members.map { Member($0.key, try JSONTemplate($0.value, at: location)) })
        default: self = .value(value)
        }
    }

    func value(in scope: TemplateScope) throws -> JSONValue {
        switch self {
        case .template(let template): return try template.value(in: scope)
        case .value(let value): return value
        case .array(let elements): return .array(try elements.map { try $0.value(in: scope) })
        case .object(let members):
            return .object(JSONObject(try members.map { ($0.name, try $0.value.value(in: scope)) }))
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

extension CartloadError.Code {
    /// A JSON Schema cannot be read or says something that is not supported.
    public static let invalidSchema = CartloadError.Code("schema.invalid")
}

extension Schema {
    /// Reads the schema of a record from JSON Schema, of any draft from 4 to 2020-12.
    ///
    /// Unions become the narrowest type that holds all their members, `$ref` is followed within the document, and `{}`
    /// means any value. A schema that says nothing about properties gives an open schema without fields.
    ///
    /// - Throws: `CartloadError` with code `schema.invalid`.
    public init(jsonSchema: JSONValue) throws {
        let reader = JSONSchemaReader(root: jsonSchema)
        switch try reader.read(jsonSchema, depth: 0).type {
        case .object(let schema): self = schema
        case .json: self.init([], isOpen: true)
        case let other:
            throw CartloadError(
                .invalidSchema, "the schema describes \(other) values, not records",
                advice: "A stream's schema has the type `object`.")
        }
    }

    /// The schema as JSON Schema.
    public var jsonSchema: JSONValue {
        var properties = JSONObject()
        for field in fields { properties[field.name] = field.type.jsonSchema(isNullable: field.isNullable) }
        var schema: JSONObject = JSONObject([("type", "object"), ("properties", .object(properties))])
        let required = fields.filter { !$0.isNullable }.map { JSONValue.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        if !isOpen { schema["additionalProperties"] = false }
        return .object(schema)
    }
}

extension FieldType {
    /// The type as JSON Schema.
    public func jsonSchema(isNullable: Bool = false) -> JSONValue {
        func schema(_ type: JSONValue, _ more: [(String, JSONValue)] = []) -> JSONValue {
            .object(JSONObject([("type", isNullable ? .array(["null", type]) : type)] + more))
        }
        switch self {
        case .null: return .object(JSONObject([("type", "null")]))
        case .boolean: return schema("boolean")
        case .integer: return schema("integer")
        case .number: return schema("number")
        case .decimal(let precision, let scale):
            var more: [(String, JSONValue)] = [("format", "decimal")]
            if let precision { more.append(("precision", .int(precision))) }
            if let scale { more.append(("scale", .int(scale))) }
            return schema("number", more)
        case .string: return schema("string")
        case .timestamp(zoned: true): return schema("string", [("format", "date-time")])
        case .timestamp(zoned: false):
            return schema("string", [("format", "date-time"), ("airbyte_type", "timestamp_without_timezone")])
        case .date: return schema("string", [("format", "date")])
        case .time: return schema("string", [("format", "time")])
        case .binary: return schema("string", [("contentEncoding", "base64")])
        case .object(let fields):
            guard isNullable, case .object(var object) = fields.jsonSchema else { return fields.jsonSchema }
            object["type"] = ["null", "object"]
            return .object(object)
        case .array(let element):
            return schema("array", element == .json ? [] : [("items", element.jsonSchema(isNullable: true))])
        case .json: return .object(JSONObject())
        }
    }
}

/// Reads types out of a JSON Schema document.
struct JSONSchemaReader {
    let root: JSONValue
    /// How deep definitions may nest or refer to one another before a value counts as any JSON.
    static let depthLimit = 32

    struct Result {
        var type: FieldType
        var isNullable: Bool
    }

    private static let anything = Result(type: .json, isNullable: true)

    func read(_ schema: JSONValue, depth: Int) throws -> Result {
        guard let object = schema.objectValue else {
            if schema.boolValue != nil { return JSONSchemaReader.anything }
            throw CartloadError(.invalidSchema, "a schema is an object, true or false, not \(schema)")
        }
        if depth > JSONSchemaReader.depthLimit { return JSONSchemaReader.anything }
        if let reference = object["$ref"] {
            return try read(JSONSchemaReader.resolve(reference, in: root), depth: depth + 1)
        }
        var result = try readTypes(object, depth: depth)
        for keyword in ["anyOf", "oneOf"] {
            guard let choices = object[keyword]?.arrayValue, !choices.isEmpty else { continue }
            let read = try choices.map { try self.read($0, depth: depth + 1) }
            let union = read.dropFirst().reduce(read[0]) { union, choice in
                Result(
                    type: union.type.widened(with: choice.type),
                    isNullable: union.isNullable || choice.isNullable || union.type == .null || choice.type == .null)
            }
            result = JSONSchemaReader.both(result, union)
        }
        for part in object["allOf"]?.arrayValue ?? [] {
            result = JSONSchemaReader.both(result, try read(part, depth: depth + 1))
        }
        if object["nullable"]?.boolValue == true { result.isNullable = true }
        return result
    }

    /// What satisfies two schemas at once, as far as types go.
    private static func both(_ left: Result, _ right: Result) -> Result {
        let isNullable = left.isNullable && right.isNullable
        switch (left.type, right.type) {
        case (.json, let type), (let type, .json): return Result(type: type, isNullable: isNullable)
        case (.object(let one), .object(let other)):
            var fields = one.fields
            for field in other.fields {
                if let position = one.index(of: field.name) {
                    let merged = both(
                        Result(type: fields[position].type, isNullable: fields[position].isNullable),
                        Result(type: field.type, isNullable: field.isNullable))
                    fields[position] = Field(field.name, merged.type, isNullable: merged.isNullable)
                } else {
                    fields.append(field)
                }
            }
            return Result(type: .object(Schema(fields, isOpen: one.isOpen && other.isOpen)), isNullable: isNullable)
        case (.number, .integer), (.integer, .number): return Result(type: .integer, isNullable: isNullable)
        case (.string, let type) where type.isTemporal, (let type, .string) where type.isTemporal:
            return Result(type: type, isNullable: isNullable)
        default: return Result(type: left.type, isNullable: isNullable)
        }
    }

    private func readTypes(_ object: JSONObject, depth: Int) throws -> Result {
        var names: [String]
        switch object["type"] {
        case .string(let name)?: names = [name]
        case .array(let list)?: names = list.compactMap(\.stringValue)
        case nil: names = JSONSchemaReader.impliedTypes(object)
        case let other?: throw CartloadError(.invalidSchema, "`type` is a name or a list of names, not \(other)")
        }
        if names.isEmpty { return JSONSchemaReader.anything }
        var result = Result(type: .null, isNullable: names.contains("null"))
        names.removeAll { $0 == "null" }
        for name in names { result.type = result.type.widened(with: try type(name, object, depth: depth)) }
        return result
    }

    /// The types that keywords or listed values speak of when `type` is missing.
    private static func impliedTypes(_ object: JSONObject) -> [String] {
        if object["properties"] != nil || object["additionalProperties"] != nil || object["required"] != nil {
            return ["object", "null"]
        }
        if object["items"] != nil { return ["array", "null"] }
        let values = object["enum"]?.arrayValue ?? object["const"].map { [$0] } ?? []
        var names: [String] = []
        for value in values {
            let name =
                switch value {
                case .null: "null"
                case .bool: "boolean"
                case .number(let text):
                    text.utf8.allSatisfy { $0 == 0x2d || ($0 >= 0x30 && $0 <= 0x39) } ? "integer" : "number"
                case .string: "string"
                case .array: "array"
                case .object: "object"
                }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    private func type(_ name: String, _ object: JSONObject, depth: Int) throws -> FieldType {
        switch name {
        case "boolean": return .boolean
        case "integer": return .integer
        case "number": return JSONSchemaReader.number(object)
        case "string": return JSONSchemaReader.string(object)
        case "object": return .object(try fields(object, depth: depth))
        case "array":
            switch object["items"] {
            case .array(let items)?:
                let types = try items.map { try read($0, depth: depth + 1).type }
                return .array(types.dropFirst().reduce(types.first ?? .json) { $0.widened(with: $1) })
            case let items?: return .array(try read(items, depth: depth + 1).type)
            case nil: return .array(.json)
            }
        default:
            throw CartloadError(
                .invalidSchema, "the type `\(name)` is not one of JSON Schema's",
                advice: "Types are null, boolean, integer, number, string, object and array.")
        }
    }

    private func fields(_ object: JSONObject, depth: Int) throws -> Schema {
        let required = Set((object["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        var fields: [Field] = []
        for (name, schema) in object["properties"]?.objectValue?.members ?? [] {
            let result = try read(schema, depth: depth + 1)
            // Draft 4 could also mark a property itself as required.
            let isRequired = required.contains(name) || schema["required"]?.boolValue == true
            fields.append(Field(name, result.type, isNullable: result.isNullable || !isRequired))
        }
        return Schema(fields, isOpen: object["additionalProperties"]?.boolValue != false)
    }

    private static func isDecimal(_ object: JSONObject) -> Bool {
        ["decimal", "singer.decimal", "x-singer.decimal"].contains(object["format"]?.stringValue)
            || (object["x-singer.decimal"].map { $0 != false && $0 != .null } ?? false)
    }

    private static func decimal(_ object: JSONObject) -> FieldType {
        let own = object["x-singer.decimal"]?.objectValue
        return .decimal(
            precision: object["precision"]?.intValue ?? own?["precision"]?.intValue,
            scale: object["scale"]?.intValue ?? own?["scale"]?.intValue)
    }

    private static func number(_ object: JSONObject) -> FieldType {
        if isDecimal(object) { return decimal(object) }
        guard let step = object["multipleOf"]?.doubleValue else { return .number }
        if step >= 1, step == step.rounded() { return .integer }
        var scale = 0
        var power = 1.0
        while scale < 30, power > step * 1.000_000_1 {
            power /= 10
            scale += 1
        }
        return (power / step - 1).magnitude < 1e-6 ? .decimal(scale: scale) : .number
    }

    private static func string(_ object: JSONObject) -> FieldType {
        if isDecimal(object) { return decimal(object) }
        if object["contentEncoding"] != nil { return .binary }
        switch object["format"]?.stringValue {
        case "date-time": return .timestamp(zoned: object["airbyte_type"]?.stringValue != "timestamp_without_timezone")
        case "date": return .date
        case "time": return .time
        case "binary", "byte": return .binary
        default: return .string
        }
    }

    /// Follows a reference within the document.
    static func resolve(_ reference: JSONValue, in root: JSONValue) throws -> JSONValue {
        guard let text = reference.stringValue, text.first == "#" else {
            throw CartloadError(
                .invalidSchema, "the reference \(reference) leads out of the schema",
                advice: "Put what it refers to under `$defs` in the same schema.")
        }
        var value = root
        for part in text.dropFirst().split(separator: "/") {
            let name = unescaped(part)
            if let member = value[name] {
                value = member
            } else if let elements = value.arrayValue, let index = Int(name), elements.indices.contains(index) {
                value = elements[index]
            } else {
                throw CartloadError(.invalidSchema, "the reference `\(text)` leads nowhere")
            }
        }
        return value
    }

    /// JSON Pointer's `~1` and `~0`, and percent escapes, as they are used in fragments.
    private static func unescaped(_ part: Substring) -> String {
        var bytes: [UInt8] = []
        let source = Array(part.utf8)
        var index = 0
        while index < source.count {
            let next = index + 1 < source.count ? source[index + 1] : 0
            if source[index] == UInt8(ascii: "~"), next == UInt8(ascii: "0") || next == UInt8(ascii: "1") {
                bytes.append(next == UInt8(ascii: "0") ? UInt8(ascii: "~") : UInt8(ascii: "/"))
                index += 2
            } else if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
                let byte = UInt8(String(decoding: source[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(source[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

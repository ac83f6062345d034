// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// Turns a JSON Schema into the validator's nodes.
struct SchemaCompiler {
    let root: JSONValue
    let validator: OpaquePointer
    let checksFormats: Bool
    /// Nodes of schemas that were referred to, so that recursion ends.
    private var referred: [String: Int32] = [:]
    private var nodeCount = 0
    /// How many schemas one schema may hold (I7).
    private static let nodeLimit = 100_000

    init(root: JSONValue, validator: OpaquePointer, checksFormats: Bool) {
        self.root = root
        self.validator = validator
        self.checksFormats = checksFormats
    }

    /// Compiles a schema into a node of its own.
    mutating func compile(_ schema: JSONValue, at place: String) throws -> Int32 {
        let node = try addNode()
        try fill(node, schema, at: place)
        return node
    }

    private mutating func addNode() throws -> Int32 {
        nodeCount += 1
        let node = cl_json_validator_add(validator)
        guard node >= 0, nodeCount <= SchemaCompiler.nodeLimit else {
            throw CartloadError(.invalidSchema, "the schema has more than \(SchemaCompiler.nodeLimit) parts")
        }
        return node
    }

    private mutating func fill(_ node: Int32, _ schema: JSONValue, at place: String) throws {
        if let allows = schema.boolValue {
            if !allows { cl_json_validator_set_number(validator, node, Int32(CL_JSON_RULE_NEVER.rawValue), 1) }
            return
        }
        guard let object = schema.objectValue else {
            throw CartloadError(.invalidSchema, "a schema is an object, true or false, at \(place)")
        }
        for (keyword, value) in object.members {
            try fill(node, keyword, value, object, at: "\(place)/\(keyword)")
        }
    }

    private static let unsupported: Set<String> = [
        "$dynamicRef", "$recursiveRef", "contains", "minContains", "maxContains", "propertyNames", "dependencies",
        "dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems",
    ]

    private static let counts: [String: cl_json_rule] = [
        "minLength": CL_JSON_RULE_MIN_LENGTH, "maxLength": CL_JSON_RULE_MAX_LENGTH,
        "minItems": CL_JSON_RULE_MIN_ITEMS, "maxItems": CL_JSON_RULE_MAX_ITEMS,
        "minProperties": CL_JSON_RULE_MIN_PROPERTIES, "maxProperties": CL_JSON_RULE_MAX_PROPERTIES,
        "multipleOf": CL_JSON_RULE_MULTIPLE_OF,
    ]

    private static let lists: [String: cl_json_rule] = [
        "allOf": CL_JSON_RULE_ALL_OF, "anyOf": CL_JSON_RULE_ANY_OF, "oneOf": CL_JSON_RULE_ONE_OF,
        "prefixItems": CL_JSON_RULE_PREFIX_ITEMS,
    ]

    private static let children: [String: cl_json_rule] = [
        "additionalProperties": CL_JSON_RULE_ADDITIONAL_PROPERTIES, "not": CL_JSON_RULE_NOT, "if": CL_JSON_RULE_IF,
        "then": CL_JSON_RULE_THEN, "else": CL_JSON_RULE_ELSE,
    ]

    private mutating func fill(
        _ node: Int32, _ keyword: String, _ value: JSONValue, _ object: JSONObject, at place: String
    ) throws {
        if SchemaCompiler.unsupported.contains(keyword) {
            throw CartloadError(
                .invalidSchema, "the keyword at \(place) is not supported",
                advice: "Leave it out of the schema, or switch validation off for this stream.")
        }
        if let rule = SchemaCompiler.counts[keyword] {
            return try setNumber(node, rule, value, at: place)
        }
        if let rule = SchemaCompiler.lists[keyword] {
            return try addChildren(node, rule, value, at: place)
        }
        if let rule = SchemaCompiler.children[keyword] {
            return add(node, rule, try compile(value, at: place))
        }
        switch keyword {
        case "$ref": add(node, CL_JSON_RULE_ALL_OF, try reference(value))
        case "type": try setTypes(node, value, object, at: place)
        case "enum":
            guard let values = value.arrayValue else { throw malformed(place, "a list of values") }
            for value in values { try addValue(node, value, at: place) }
        case "const": try addValue(node, value, at: place)
        case "minimum", "maximum": try setBound(node, keyword, value, object, at: place)
        case "exclusiveMinimum", "exclusiveMaximum":
            if value.boolValue != nil { return }  // draft 4: read together with the bound
            let rule = keyword == "exclusiveMinimum" ? CL_JSON_RULE_EXCLUSIVE_MINIMUM : CL_JSON_RULE_EXCLUSIVE_MAXIMUM
            try setNumber(node, rule, value, at: place)
        case "pattern":
            guard let pattern = value.stringValue else { throw malformed(place, "a string") }
            try addPattern(node, pattern, child: -1, at: place)
        case "format": setFormat(node, value)
        case "uniqueItems":
            cl_json_validator_set_number(
                validator, node, Int32(CL_JSON_RULE_UNIQUE_ITEMS.rawValue), value.boolValue == true ? 1 : 0)
        case "items": try setItems(node, value, object, at: place)
        case "properties": try addProperties(node, value, at: place)
        case "required": try addRequired(node, value)
        case "patternProperties":
            guard let patterns = value.objectValue else { throw malformed(place, "an object") }
            for (pattern, schema) in patterns.members {
                try addPattern(node, pattern, child: try compile(schema, at: "\(place)/\(pattern)"), at: place)
            }
        default: break  // annotations, and keywords of others
        }
    }

    private func malformed(_ place: String, _ expected: String) -> CartloadError {
        CartloadError(.invalidSchema, "\(expected) is expected at \(place)")
    }

    private func add(_ node: Int32, _ rule: cl_json_rule, _ child: Int32) {
        cl_json_validator_add_child(validator, node, Int32(rule.rawValue), child)
    }

    private mutating func addChildren(
        _ node: Int32, _ rule: cl_json_rule, _ value: JSONValue, at place: String
    ) throws {
        guard let schemas = value.arrayValue else { throw malformed(place, "a list of schemas") }
        for (index, schema) in schemas.enumerated() {
            add(node, rule, try compile(schema, at: "\(place)/\(index)"))
        }
    }

    private mutating func reference(_ value: JSONValue) throws -> Int32 {
        let name = value.stringValue ?? ""
        if let node = referred[name] { return node }
        let target = try JSONSchemaReader.resolve(value, in: root)
        let node = try addNode()
        referred[name] = node
        try fill(node, target, at: name)
        return node
    }

    private func setTypes(_ node: Int32, _ value: JSONValue, _ object: JSONObject, at place: String) throws {
        let names: [String]
        switch value {
        case .string(let name): names = [name]
        case .array(let list): names = list.compactMap(\.stringValue)
        default: throw malformed(place, "a name or a list of names")
        }
        var types: UInt32 = 0
        for name in names {
            switch name {
            case "null": types |= CL_JSON_TYPE_NULL.rawValue
            case "boolean": types |= CL_JSON_TYPE_BOOLEAN.rawValue
            case "integer": types |= CL_JSON_TYPE_INTEGER.rawValue
            case "number": types |= CL_JSON_TYPE_NUMBER.rawValue
            case "string": types |= CL_JSON_TYPE_STRING.rawValue
            case "array": types |= CL_JSON_TYPE_ARRAY.rawValue
            case "object": types |= CL_JSON_TYPE_OBJECT.rawValue
            default: throw malformed(place, "one of null, boolean, integer, number, string, array and object")
            }
        }
        if object["nullable"]?.boolValue == true { types |= CL_JSON_TYPE_NULL.rawValue }
        cl_json_validator_set_types(validator, node, types)
    }

    private func addValue(_ node: Int32, _ value: JSONValue, at place: String) throws {
        let text = Bytes(value.description)
        let isAdded = text.withUnsafeBytes { cl_json_validator_add_value(validator, node, $0.bytes, $0.count) }
        guard isAdded != 0 else { throw malformed(place, "a JSON value") }
    }

    private func setNumber(_ node: Int32, _ rule: cl_json_rule, _ value: JSONValue, at place: String) throws {
        guard let number = value.doubleValue else { throw malformed(place, "a number") }
        cl_json_validator_set_number(validator, node, Int32(rule.rawValue), number)
    }

    private func setBound(
        _ node: Int32, _ keyword: String, _ value: JSONValue, _ object: JSONObject, at place: String
    ) throws {
        let isLower = keyword == "minimum"
        // Draft 4 says by a flag whether the bound itself is excluded.
        if object[isLower ? "exclusiveMinimum" : "exclusiveMaximum"]?.boolValue == true {
            try setNumber(
                node, isLower ? CL_JSON_RULE_EXCLUSIVE_MINIMUM : CL_JSON_RULE_EXCLUSIVE_MAXIMUM, value, at: place)
        } else {
            try setNumber(node, isLower ? CL_JSON_RULE_MINIMUM : CL_JSON_RULE_MAXIMUM, value, at: place)
        }
    }

    private func addPattern(_ node: Int32, _ pattern: String, child: Int32, at place: String) throws {
        var pattern = pattern
        var error = [CChar](repeating: 0, count: 256)
        let isAdded = pattern.withUTF8 { text in
            cl_json_validator_add_pattern(validator, node, text.baseAddress, text.count, child, &error, error.count)
        }
        guard isAdded != 0 else {
            let reason = String(decoding: error.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw CartloadError(
                .invalidSchema, "the pattern `\(pattern)` at \(place) is not understood: \(reason)",
                advice: "Patterns are regular expressions without look-around and back references.")
        }
    }

    private func setFormat(_ node: Int32, _ value: JSONValue) {
        guard checksFormats else { return }
        switch value.stringValue {
        case "date-time": cl_json_validator_set_format(validator, node, Int32(CL_JSON_FORM_TIMESTAMP.rawValue))
        case "date": cl_json_validator_set_format(validator, node, Int32(CL_JSON_FORM_DATE.rawValue))
        case "time": cl_json_validator_set_format(validator, node, Int32(CL_JSON_FORM_TIME.rawValue))
        default: break
        }
    }

    private mutating func setItems(_ node: Int32, _ value: JSONValue, _ object: JSONObject, at place: String) throws {
        guard value.arrayValue != nil else {
            return add(node, CL_JSON_RULE_ITEMS, try compile(value, at: place))
        }
        // Up to draft 2019-09 a list gave the first elements, and `additionalItems` those after them.
        try addChildren(node, CL_JSON_RULE_PREFIX_ITEMS, value, at: place)
        if let others = object["additionalItems"] { add(node, CL_JSON_RULE_ITEMS, try compile(others, at: place)) }
    }

    private mutating func addProperties(_ node: Int32, _ value: JSONValue, at place: String) throws {
        guard let properties = value.objectValue else { throw malformed(place, "an object") }
        for (name, schema) in properties.members {
            let child = try compile(schema, at: "\(place)/\(name)")
            addProperty(node, name, child: child, isRequired: schema["required"]?.boolValue == true)
        }
    }

    private func addRequired(_ node: Int32, _ value: JSONValue) throws {
        for name in (value.arrayValue ?? []).compactMap(\.stringValue) {
            addProperty(node, name, child: -1, isRequired: true)
        }
    }

    private func addProperty(_ node: Int32, _ name: String, child: Int32, isRequired: Bool) {
        var name = name
        name.withUTF8 {
            cl_json_validator_add_property(validator, node, $0.baseAddress, $0.count, child, isRequired ? 1 : 0)
        }
    }
}

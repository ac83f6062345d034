// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A configuration file is too long, too deep, or its aliases expand too far.
    public static let configurationTooLarge = CartloadError.Code("config.too-large")
    /// A mapping has the same key twice.
    static let duplicateKey = CartloadError.Code("config.duplicate-key")
}

/// Builds a value from the events of one YAML document, with the line of every part of it.
struct YAMLTree: ~Copyable {
    /// Levels of nesting (I7).
    static let maximumDepth = 100
    /// Values after aliases are expanded; stops the "billion laughs" (I7).
    static let maximumValues = 100_000

    private var reader: YAMLReader
    /// Nil leaves `${NAME}` as it is.
    private let environment: Environment?
    private(set) var positions: Configuration.Positions
    private(set) var substitutions: [String: [String]] = [:]
    /// Values by anchor, and how many values each of them holds.
    private var anchors: [String: (value: JSONValue, size: Int)] = [:]
    private var count = 0
    private var depth = 0

    init(_ text: UnsafeRawBufferPointer, source: String?, environment: Environment?) {
        reader = YAMLReader(text, source: source)
        self.environment = environment
        positions = Configuration.Positions(source: source)
    }

    /// The only document of the text; null when there is none.
    mutating func document() throws -> JSONValue {
        _ = try reader.next()
        guard case .documentStart = try reader.next().kind else { return .null }
        let value = try node(try reader.next(), path: "")
        _ = try reader.next()
        let end = try reader.next()
        guard case .streamEnd = end.kind else {
            throw failure(.configurationSyntax, "there is a second document", end.line, "Keep one document in a file.")
        }
        return value
    }

    private func failure(
        _ code: CartloadError.Code, _ message: String, _ line: Int, _ advice: String? = nil
    ) -> CartloadError {
        CartloadError(code, message, at: Location(source: positions.source, line: line), advice: advice)
    }

    private mutating func count(_ values: Int, line: Int) throws {
        count += values
        guard count <= YAMLTree.maximumValues else {
            throw failure(
                .configurationTooLarge, "the file holds more than \(YAMLTree.maximumValues) values", line,
                "Divide the file, or use fewer aliases.")
        }
    }

    private mutating func node(_ event: YAMLEvent, path: String) throws -> JSONValue {
        positions.lines[path] = event.line
        if case .alias(let name) = event.kind {
            guard let (value, size) = anchors[name] else {
                throw failure(.configurationSyntax, "the alias *\(name) stands before its anchor", event.line)
            }
            try count(size, line: event.line)
            return value
        }
        let before = count
        try count(1, line: event.line)
        let value: JSONValue
        let anchor: String?
        switch event.kind {
        case .scalar(let text, let isPlain, let tag, let name):
            value = try scalar(text, isPlain: isPlain, tag: tag, path: path, line: event.line)
            anchor = name
        case .sequenceStart(let tag, let name):
            try check(tag, "seq", event.line)
            value = try sequence(path: path, line: event.line)
            anchor = name
        case .mappingStart(let tag, let name):
            try check(tag, "map", event.line)
            value = try mapping(path: path, line: event.line)
            anchor = name
        default: throw failure(.configurationSyntax, "a value is expected", event.line)
        }
        if let anchor { anchors[anchor] = (value, count - before) }
        return value
    }

    private mutating func scalar(
        _ text: String, isPlain: Bool, tag: String?, path: String, line: Int
    ) throws -> JSONValue {
        let isText = !isPlain || tag == "tag:yaml.org,2002:str" || tag == "!"
        if !isText { try check(tag, nil, line) }
        guard let environment else { return isText ? .string(text) : PlainScalar.value(of: text) }
        let result = try environment.substitute(in: text, at: Location(source: positions.source, line: line))
        if !result.values.isEmpty { substitutions[path] = result.values }
        if isText { return .string(result.text) }
        return result.isChanged ? PlainScalar.value(ofSubstituted: result.text) : PlainScalar.value(of: result.text)
    }

    private func check(_ tag: String?, _ allowed: String?, _ line: Int) throws {
        guard let tag, tag != "!", tag != allowed.map({ "tag:yaml.org,2002:\($0)" }) else { return }
        throw failure(.configurationSyntax, "the tag \(tag) is not supported", line, "Leave the tag out.")
    }

    private mutating func enter(_ line: Int) throws {
        depth += 1
        guard depth <= YAMLTree.maximumDepth else {
            throw failure(
                .configurationTooLarge, "the file is nested more than \(YAMLTree.maximumDepth) levels deep", line)
        }
    }

    private mutating func sequence(path: String, line: Int) throws -> JSONValue {
        try enter(line)
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        while true {
            let event = try reader.next()
            if case .sequenceEnd = event.kind { return .array(elements) }
            elements.append(try node(event, path: "\(path)[\(elements.count)]"))
        }
    }

    private mutating func mapping(path: String, line: Int) throws -> JSONValue {
        try enter(line)
        defer { depth -= 1 }
        var object = JSONObject()
        while true {
            let event = try reader.next()
            if case .mappingEnd = event.kind { return .object(object) }
            guard case .scalar(let key, _, _, _) = event.kind else {
                throw failure(
                    .configurationSyntax, "a key must be text", event.line,
                    "Put a value that begins with {, [, & or * in quotes.")
            }
            let inner = path.isEmpty ? key : "\(path).\(key)"
            guard object[key] == nil else {
                let first = positions.lines[inner].map { "; the first is on line \($0)" } ?? ""
                throw failure(
                    .duplicateKey, "the key \"\(inner)\" stands here twice\(first)", event.line, "Remove one of them.")
            }
            // A key without a value on its line is found where the key is.
            object[key] = try node(try reader.next(), path: inner)
            positions.lines[inner] = event.line
        }
    }
}

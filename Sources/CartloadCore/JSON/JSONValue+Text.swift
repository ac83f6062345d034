// SPDX-License-Identifier: Apache-2.0

extension JSONValue: CustomStringConvertible {
    /// Compact JSON text.
    public var description: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let value): text += value
        case .string(let value): JSONValue.write(string: value, to: &text)
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "," }
                element.write(to: &text)
            }
            text += "]"
        case .object(let object):
            text += "{"
            for (index, member) in object.members.enumerated() {
                if index > 0 { text += "," }
                JSONValue.write(string: member.key, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func write(string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case let control where control.value < 0x20:
                let digits = String(control.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    /// Multi-line JSON text with two spaces of indentation.
    public func pretty(indent: Int = 0) -> String {
        let inner = String(repeating: "  ", count: indent + 1)
        let outer = String(repeating: "  ", count: indent)
        switch self {
        case .array(let elements) where !elements.isEmpty:
            return "[\n" + elements.map { inner + $0.pretty(indent: indent + 1) }.joined(separator: ",\n")
                + "\n\(outer)]"
        case .object(let object) where !object.isEmpty:
            return "{\n"
                + object.members
                .map { "\(inner)\(JSONValue.string($0.key)): \($0.value.pretty(indent: indent + 1))" }
                .joined(separator: ",\n") + "\n\(outer)}"
        default: return description
        }
    }

    /// Parses one JSON document, strictly by RFC 8259.
    ///
    /// - Throws: `CartloadError` with code `json.invalid` and the byte offset.
    public init(parsing text: String) throws {
        try self.init(parsing: Bytes(text))
    }

    /// Parses one JSON document, strictly by RFC 8259; nesting is limited to 1024 levels.
    public init(parsing bytes: Bytes) throws {
        self = try bytes.withUnsafeBytes { buffer in
            var parser = JSONValueParser(buffer)
            return try parser.document()
        }
    }
}

extension CartloadError.Code {
    /// The text is not valid JSON.
    public static let invalidJSON = CartloadError.Code("json.invalid")
}

/// A recursive-descent parser for small documents; records go through the JSON scanner instead.
private struct JSONValueParser {
    let bytes: UnsafeRawBufferPointer
    var offset = 0
    var depth = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func document() throws -> JSONValue {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { offset = 3 }
        let value = try value()
        skipSpace()
        guard offset == bytes.count else { throw failure("there is something after the end of the value") }
        return value
    }

    private func failure(_ message: String) -> CartloadError {
        CartloadError(.invalidJSON, "not valid JSON: \(message)", at: Location(byte: offset))
    }

    private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard current == byte else { return false }
        offset += 1
        return true
    }

    private mutating func value() throws -> JSONValue {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case nil: throw failure("the text ends where a value is expected")
        default: return .number(try number())
        }
    }

    private mutating func enter() throws {
        offset += 1
        depth += 1
        guard depth <= 1024 else { throw failure("it is nested more than 1024 levels deep") }
    }

    private mutating func object() throws -> JSONObject {
        try enter()
        defer { depth -= 1 }
        var object = JSONObject()
        if take(UInt8(ascii: "}")) { return object }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("a key in quotes is expected") }
            let key = try string()
            guard take(UInt8(ascii: ":")) else { throw failure("':' is expected after a key") }
            object[key] = try value()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw failure("',' or '}' is expected") }
        return object
    }

    private mutating func array() throws -> [JSONValue] {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return elements }
        repeat { elements.append(try value()) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw failure("',' or ']' is expected") }
        return elements
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
        let count = text.utf8CodeUnitCount
        guard offset + count <= bytes.count,
            (0..<count).allSatisfy({ bytes[offset + $0] == text.utf8Start[$0] })
        else { throw failure("a value is expected") }
        offset += count
        return value
    }

    private mutating func digits() throws {
        guard let byte = current, byte >= 0x30, byte <= 0x39 else { throw failure("a digit is expected") }
        while let byte = current, byte >= 0x30, byte <= 0x39 { offset += 1 }
    }

    private mutating func number() throws -> String {
        let start = offset
        if current == UInt8(ascii: "-") { offset += 1 }
        if current == UInt8(ascii: "0") { offset += 1 } else { try digits() }
        if current == UInt8(ascii: ".") {
            offset += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            offset += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func string() throws -> String {
        offset += 1
        var units: [UInt8] = []
        while true {
            guard let byte = current else { throw failure("a string is not closed") }
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: units, as: UTF8.self) else {
                    throw failure("a string is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): try escape(into: &units)
            case 0..<0x20: throw failure("a control character is not escaped")
            default: units.append(byte)
            }
        }
    }

    private mutating func escape(into units: inout [UInt8]) throws {
        guard let byte = current else { throw failure("a string is not closed") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
        case UInt8(ascii: "b"): units.append(0x08)
        case UInt8(ascii: "f"): units.append(0x0c)
        case UInt8(ascii: "n"): units.append(0x0a)
        case UInt8(ascii: "r"): units.append(0x0d)
        case UInt8(ascii: "t"): units.append(0x09)
        case UInt8(ascii: "u"):
            var unit = UInt32(try hex4())
            if unit & 0xfc00 == 0xd800, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
                bytes[offset + 1] == UInt8(ascii: "u")
            {
                let next = offset
                offset += 2
                let low = UInt32(try hex4())
                if low & 0xfc00 == 0xdc00 {
                    unit = 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff)
                } else {
                    offset = next  // what follows a lone half may be a whole pair
                }
            }
            // A lone surrogate has no UTF-8 form.
            units += Array(String(Character(Unicode.Scalar(unit) ?? "\u{fffd}")).utf8)
        default: throw failure("an escape is not known")
        }
    }

    private mutating func hex4() throws -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits are expected")
            }
            value = value << 4 | UInt16(digit)
            offset += 1
        }
        return value
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// How YAML text without quotes becomes a value: the core schema of YAML 1.2, less what would lose digits.
///
/// `true`, `false`, `null`, `~` and nothing at all are what they say; `yes`, `no`, `on` and `off` are strings. Decimal
/// numbers keep their digits. Text with leading zeros such as `0123` is a string, because it is a code more often than a
/// number; so are `.inf` and `.nan`, which JSON cannot say. `0x1f` and `0o17` are whole numbers.
enum PlainScalar {
    static func value(of text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: return number(text).map { .number($0) } ?? .string(text)
        }
    }

    /// What text from the environment becomes: as above, but only what reads back the same text, so that a password
    /// such as `0x1f` or `+1` stays what it is.
    static func value(ofSubstituted text: String) -> JSONValue {
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return decimal(text) == text ? .number(text) : .string(text)
        }
    }

    private static func number(_ text: String) -> String? {
        if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16).map { String($0) } }
        if text.hasPrefix("0o") { return UInt64(text.dropFirst(2), radix: 8).map { String($0) } }
        return decimal(text)
    }

    /// The text as a JSON number, or nil: `+5` becomes `5`, `.5` becomes `0.5`, `5.` becomes `5.0`.
    private static func decimal(_ text: String) -> String? {
        var rest = Array(text.utf8)[...]
        var result = ""
        func digits() -> String {
            let run = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
            rest = rest[run.endIndex...]
            return String(decoding: run, as: UTF8.self)
        }
        if rest.first == UInt8(ascii: "-") { result = "-" }
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let whole = digits()
        guard whole.count <= 1 || whole.first != "0" else { return nil }
        result += whole.isEmpty ? "0" : whole
        var hasDigits = !whole.isEmpty
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let fraction = digits()
            hasDigits = hasDigits || !fraction.isEmpty
            result += "." + (fraction.isEmpty ? "0" : fraction)
        }
        guard hasDigits else { return nil }
        if let letter = rest.first, letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            result += letter == UInt8(ascii: "e") ? "e" : "E"
            if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
                result += sign == UInt8(ascii: "-") ? "-" : "+"
                rest = rest.dropFirst()
            }
            let exponent = digits()
            guard !exponent.isEmpty else { return nil }
            result += exponent
        }
        return rest.isEmpty ? result : nil
    }
}

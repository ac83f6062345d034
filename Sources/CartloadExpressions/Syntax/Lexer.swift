// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Cuts the text of an expression into tokens.
struct Lexer {
    /// How many tokens an expression may have (I7); it also bounds how deep its tree can get.
    static let tokenLimit = 4096

    private let text: String
    private let bytes: [UInt8]
    private var offset = 0

    private init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    static func tokens(of text: String) throws -> [Token] {
        var lexer = Lexer(text)
        var tokens: [Token] = []
        repeat {
            tokens.append(try lexer.next())
            guard tokens.count <= tokenLimit else {
                throw CartloadError(.expressionSyntax, "the expression has more than \(tokenLimit) words and signs")
            }
        } while tokens.last?.kind != .end
        return tokens
    }

    private func byte(_ ahead: Int = 0) -> UInt8 { offset + ahead < bytes.count ? bytes[offset + ahead] : 0 }

    private func failure(_ message: String, at offset: Int) -> CartloadError {
        .expression(.expressionSyntax, message, in: text, at: offset)
    }

    private mutating func next() throws -> Token {
        try skipSpace()
        let start = offset
        guard offset < bytes.count else { return Token(kind: .end, offset: start, end: start) }
        let kind: Token.Kind
        switch byte() {
        case UInt8(ascii: "'"):
            kind = .string(try quoted(UInt8(ascii: "'"), "the string is not closed"))
        case UInt8(ascii: "\""):
            kind = .quotedName(try quoted(UInt8(ascii: "\""), "the quoted name is not closed"))
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            kind = try number()
        case UInt8(ascii: ".") where isDigit(byte(1)):
            kind = try number()
        case let byte where isWordStart(byte):
            kind = .word(word())
        default:
            kind = .sign(try sign())
        }
        return Token(kind: kind, offset: start, end: offset)
    }

    private mutating func skipSpace() throws {
        while offset < bytes.count {
            switch byte() {
            case 0x20, 0x09, 0x0a, 0x0d: offset += 1
            case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"):
                while offset < bytes.count, byte() != 0x0a { offset += 1 }
            default: return
            }
        }
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private func isWordStart(_ byte: UInt8) -> Bool {
        byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private mutating func word() -> String {
        let start = offset
        while offset < bytes.count, isWordStart(byte()) || isDigit(byte()) || byte() == UInt8(ascii: "$") {
            offset += 1
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func quoted(_ quote: UInt8, _ message: String) throws -> String {
        let start = offset
        var content: [UInt8] = []
        offset += 1
        while true {
            guard offset < bytes.count else { throw failure(message, at: start) }
            if byte() == quote {
                offset += 1
                if byte() != quote || offset >= bytes.count { return String(decoding: content, as: UTF8.self) }
            }
            content.append(byte())
            offset += 1
        }
    }

    private mutating func number() throws -> Token.Kind {
        let start = offset
        var isInteger = true
        while isDigit(byte()) { offset += 1 }
        if byte() == UInt8(ascii: ".") {
            isInteger = false
            offset += 1
            while isDigit(byte()) { offset += 1 }
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            let sign = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-") ? 1 : 0
            if isDigit(byte(1 + sign)) {
                isInteger = false
                offset += 1 + sign
                while isDigit(byte()) { offset += 1 }
            }
        }
        if isWordStart(byte()) { throw failure("a number is followed by a letter", at: offset) }
        let digits = String(decoding: bytes[start..<offset], as: UTF8.self)
        return isInteger ? .integer(digits) : .number(digits)
    }

    private mutating func sign() throws -> String {
        let two = offset + 1 < bytes.count ? String(decoding: bytes[offset..<offset + 2], as: UTF8.self) : ""
        if ["==", "!=", "<>", "<=", ">=", "||", "//", "::"].contains(two) {
            offset += 2
            return two
        }
        let one = String(decoding: [byte()], as: UTF8.self)
        guard "=<>+-*/%(),.".contains(one) else { throw failure("this sign has no meaning here", at: offset) }
        offset += 1
        return one
    }
}

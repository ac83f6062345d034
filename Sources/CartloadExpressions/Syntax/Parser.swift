// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// A Pratt parser: each operator has a binding power, and an operand extends as long as stronger operators follow.
struct Parser {
    /// How strongly operators bind, weakest first.
    enum Power: Int, Comparable {
        case none, or, and, not, `is`, comparison, membership, concatenation, addition, multiplication, sign, cast

        static func < (left: Power, right: Power) -> Bool { left.rawValue < right.rawValue }
    }

    /// How deep brackets may nest, and how high the tree may get (I7: hostile input must not exhaust the stack).
    static let depthLimit = 100
    static let heightLimit = 400

    let text: String
    let tokens: [Token]
    var position = 0
    private var depth = 0
    /// The height of the highest expression parsed since the enclosing one began.
    private var tallest = 0

    init(_ text: String) throws {
        self.text = text
        tokens = try Lexer.tokens(of: text)
    }

    /// The whole text as one expression.
    static func expression(_ text: String) throws -> Syntax {
        var parser = try Parser(text)
        let syntax = try parser.expression()
        guard parser.current.kind == .end else { throw parser.unexpected("an operator or the end") }
        return syntax
    }

    var current: Token { tokens[position] }

    func peek(_ ahead: Int = 1) -> Token { tokens[min(position + ahead, tokens.count - 1)] }

    mutating func advance() { if position < tokens.count - 1 { position += 1 } }

    mutating func take(sign: String) -> Bool {
        guard current.isSign(sign) else { return false }
        advance()
        return true
    }

    mutating func take(_ keyword: String) -> Bool {
        guard current.keyword == keyword else { return false }
        advance()
        return true
    }

    mutating func expect(sign: String) throws {
        guard take(sign: sign) else { throw unexpected("\"\(sign)\"") }
    }

    mutating func expect(_ keyword: String) throws {
        guard take(keyword) else { throw unexpected(keyword) }
    }

    func failure(_ message: String, at offset: Int? = nil, advice: String? = nil) -> CartloadError {
        .expression(.expressionSyntax, message, in: text, at: offset ?? current.offset, advice: advice)
    }

    func unexpected(_ wanted: String) -> CartloadError {
        switch current.kind {
        case .end: failure("the expression ends where \(wanted) is expected")
        default: failure("\(wanted) is expected here")
        }
    }

    mutating func expression(_ power: Power = .none) throws -> Syntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Parser.depthLimit else {
            throw failure("the expression is nested more than \(Parser.depthLimit) levels deep")
        }
        let outer = tallest
        tallest = 0
        var left = try operand()
        var height = tallest + 1
        while true {
            tallest = 0
            guard let extended = try extend(left, above: power) else { break }
            left = extended
            height = max(height, tallest) + 1
            guard height <= Parser.heightLimit else {
                throw failure(
                    "the expression chains more than \(Parser.heightLimit) operators",
                    advice: "A list of values is written x IN (1, 2, 3).")
            }
        }
        tallest = max(outer, height)
        return left
    }
}

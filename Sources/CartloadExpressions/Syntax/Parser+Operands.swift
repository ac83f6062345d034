// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Parser {
    /// Words that cannot be field names without double quotes.
    private static let reserved: Set<String> = [
        "AND", "OR", "NOT", "IN", "IS", "BETWEEN", "LIKE", "ILIKE", "ESCAPE", "CASE", "WHEN", "THEN", "ELSE", "END",
        "AS",
        "DISTINCT", "FROM", "SELECT", "WHERE",
    ]

    mutating func operand() throws -> Syntax {
        let token = current
        switch token.kind {
        case .integer(let digits):
            advance()
            return .literal(integer(digits))
        case .number(let digits):
            advance()
            return .literal(.number(Double(digits.hasSuffix(".") ? digits + "0" : digits) ?? .infinity))
        case .string(let text):
            advance()
            return .literal(.string(text))
        case .quotedName, .word:
            return try name(token)
        case .sign("("):
            advance()
            let inner = try expression()
            try expect(sign: ")")
            return inner
        case .sign("-"):
            advance()
            if case .integer(let digits) = current.kind, !peek().isSign("::") {
                advance()
                return .literal(integer("-" + digits))
            }
            return .negate(try expression(.sign), offset: token.offset)
        case .sign("+"):
            advance()
            return try expression(.sign)
        case .sign, .end:
            throw unexpected("a value")
        }
    }

    /// A whole number; one that needs more than 64 bits is a double, as everywhere in expressions.
    private func integer(_ digits: String) -> Syntax.Literal {
        if let value = Int64(digits) { .integer(value) } else { .number(Double(digits) ?? .infinity) }
    }

    private mutating func name(_ token: Token) throws -> Syntax {
        if let keyword = token.keyword {
            switch keyword {
            case "NULL": advance(); return .literal(.null)
            case "TRUE": advance(); return .literal(.boolean(true))
            case "FALSE": advance(); return .literal(.boolean(false))
            case "NOT":
                advance()
                return .not(try expression(.not))
            case "CASE": return try choice()
            case "CAST", "TRY_CAST":
                if peek().isSign("(") { return try cast() }
            case "DATE", "TIMESTAMP", "TIMESTAMPTZ":
                if case .string(let text) = peek().kind { return try moment(keyword, text) }
            case "EXTRACT":
                if peek().isSign("(") { return try extraction() }
            default: break
            }
            guard !Parser.reserved.contains(keyword) else {
                throw failure(
                    "a value is expected here", advice: "A field that is called \(keyword) is written in double quotes."
                )
            }
            if peek().isSign("(") { return try call(token) }
        }
        return .field(try path(), offset: token.offset)
    }

    /// A field: names joined by dots.
    mutating func path() throws -> [String] {
        var path: [String] = []
        repeat {
            switch current.kind {
            case .word(let word): path.append(word)
            case .quotedName(let name): path.append(name)
            default: throw unexpected("a field name")
            }
            advance()
        } while take(sign: ".")
        return path
    }

    private mutating func call(_ token: Token) throws -> Syntax {
        guard case .word(let name) = token.kind else { throw unexpected("a function name") }
        advance()
        try expect(sign: "(")
        var arguments: [Syntax] = []
        if !take(sign: ")") {
            repeat { arguments.append(try expression()) } while take(sign: ",")
            try expect(sign: ")")
        }
        let lowercase = name.lowercased()
        guard let function = Function.named(lowercase) else {
            let near = lowercase.nearest(in: Function.names)
            throw CartloadError.expression(
                .expressionFunction, "there is no function \"\(name)\"", in: text, at: token.offset,
                advice: near.map { "Did you mean \($0)?" } ?? "Docs/expressions.md lists all functions.")
        }
        guard function.arity.contains(arguments.count) else {
            throw CartloadError.expression(
                .expressionFunction, "\(lowercase) takes \(function.arityText), not \(arguments.count)", in: text,
                at: token.offset)
        }
        return .call(lowercase, arguments, offset: token.offset)
    }

    private mutating func cast() throws -> Syntax {
        let offset = current.offset
        let isTrying = current.keyword == "TRY_CAST"
        advance()
        try expect(sign: "(")
        let operand = try expression()
        try expect("AS")
        let type = try typeName()
        try expect(sign: ")")
        return .cast(operand, type, isTrying: isTrying, offset: offset)
    }

    mutating func typeName() throws -> TypeName {
        let offset = current.offset
        guard case .word(var name) = current.kind else { throw unexpected("a type") }
        advance()
        if name.uppercased() == "DOUBLE" { _ = take("PRECISION") }
        if name.uppercased() == "TIMESTAMP", take("WITH") {
            for word in ["TIME", "ZONE"] { try expect(word) }
            name = "TIMESTAMPTZ"
        }
        var parameters: [Int] = []
        if take(sign: "(") {
            repeat {
                guard case .integer(let digits) = current.kind, let value = Int(digits) else {
                    throw unexpected("a whole number")
                }
                parameters.append(value)
                advance()
            } while take(sign: ",")
            try expect(sign: ")")
        }
        guard let type = TypeName(name, parameters: parameters) else {
            let near = name.uppercased().nearest(in: TypeName.names)
            throw failure(
                "there is no type \"\(name)\"", at: offset,
                advice: near.map { "Did you mean \($0)?" } ?? "Types are \(TypeName.names.joined(separator: ", ")).")
        }
        return type
    }

    private mutating func moment(_ keyword: String, _ text: String) throws -> Syntax {
        advance()
        let bytes = Bytes(text)
        let literal: Syntax.Literal? = bytes.withUnsafeBytes { buffer in
            keyword == "DATE"
                ? Calendar.date(buffer).map { .date($0) }
                : Calendar.timestamp(buffer, appliesOffset: keyword == "TIMESTAMPTZ").map { .timestamp($0) }
        }
        guard let literal else {
            throw failure(
                keyword == "DATE" ? "this is not a date" : "this is not a date and time",
                advice: keyword == "DATE" ? "Dates look like 2024-03-05." : "They look like 2024-03-05 10:20:30.")
        }
        advance()
        return .literal(literal)
    }

    private mutating func extraction() throws -> Syntax {
        let offset = current.offset
        advance()
        advance()
        guard case .word(let part) = current.kind else { throw unexpected("a part of a date") }
        advance()
        try expect("FROM")
        let operand = try expression()
        try expect(sign: ")")
        guard Calendar.Part(part.lowercased()) != nil, Function.named(part.lowercased()) != nil else {
            throw failure("\"\(part)\" is not a part of a date", at: offset)
        }
        return .call(part.lowercased(), [operand], offset: offset)
    }

    private mutating func choice() throws -> Syntax {
        let offset = current.offset
        advance()
        let operand = current.keyword == "WHEN" ? nil : try expression()
        var branches: [Syntax.Branch] = []
        while take("WHEN") {
            let when = try expression()
            try expect("THEN")
            branches.append(Syntax.Branch(when: when, then: try expression()))
        }
        guard !branches.isEmpty else { throw unexpected("WHEN") }
        let otherwise = take("ELSE") ? try expression() : nil
        try expect("END")
        return .choose(operand, branches, otherwise: otherwise, offset: offset)
    }
}

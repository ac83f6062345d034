// SPDX-License-Identifier: Apache-2.0

extension Parser {
    private static let signs: [String: (Syntax.Operator, Power)] = [
        "=": (.equal, .comparison), "==": (.equal, .comparison), "<>": (.notEqual, .comparison),
        "!=": (.notEqual, .comparison), "<": (.less, .comparison), "<=": (.lessOrEqual, .comparison),
        ">": (.greater, .comparison), ">=": (.greaterOrEqual, .comparison), "||": (.concatenate, .concatenation),
        "+": (.add, .addition), "-": (.subtract, .addition), "*": (.multiply, .multiplication),
        "/": (.divide, .multiplication), "//": (.integerDivide, .multiplication), "%": (.remainder, .multiplication),
    ]

    /// The expression with the next operator applied, or nil when that does not bind more strongly than `power`.
    mutating func extend(_ left: Syntax, above power: Power) throws -> Syntax? {
        let offset = current.offset
        if case .sign(let sign) = current.kind {
            if let (operation, strength) = Parser.signs[sign] {
                guard strength > power else { return nil }
                advance()
                return .binary(operation, left, try expression(strength), offset: offset)
            }
            guard sign == "::", Power.cast > power else { return nil }
            advance()
            return .cast(left, try typeName(), isTrying: false, offset: offset)
        }
        switch current.keyword {
        case "OR" where Power.or > power:
            advance()
            return .binary(.or, left, try expression(.or), offset: offset)
        case "AND" where Power.and > power:
            advance()
            return .binary(.and, left, try expression(.and), offset: offset)
        case "IS" where Power.is > power:
            advance()
            return try test(left, offset)
        case "ISNULL" where Power.is > power:
            advance()
            return .test(left, .null, isNegated: false)
        case "NOTNULL" where Power.is > power:
            advance()
            return .test(left, .null, isNegated: true)
        case "NOT" where Power.membership > power:
            guard ["IN", "BETWEEN", "LIKE", "ILIKE"].contains(peek().keyword ?? "") else { return nil }
            advance()
            return try membership(left, isNegated: true, offset)
        case "IN" where Power.membership > power, "BETWEEN" where Power.membership > power,
            "LIKE" where Power.membership > power, "ILIKE" where Power.membership > power:
            return try membership(left, isNegated: false, offset)
        default:
            return nil
        }
    }

    private mutating func test(_ left: Syntax, _ offset: Int) throws -> Syntax {
        let isNegated = take("NOT")
        switch current.keyword {
        case "NULL":
            advance()
            return .test(left, .null, isNegated: isNegated)
        case "TRUE":
            advance()
            return .test(left, .boolean(true), isNegated: isNegated)
        case "FALSE":
            advance()
            return .test(left, .boolean(false), isNegated: isNegated)
        case "DISTINCT":
            advance()
            try expect("FROM")
            return .binary(isNegated ? .notDistinct : .distinct, left, try expression(.is), offset: offset)
        default:
            throw unexpected("NULL, TRUE, FALSE or DISTINCT FROM")
        }
    }

    private mutating func membership(_ left: Syntax, isNegated: Bool, _ offset: Int) throws -> Syntax {
        if take("IN") {
            try expect(sign: "(")
            var list: [Syntax] = []
            repeat { list.append(try expression()) } while take(sign: ",")
            try expect(sign: ")")
            return .among(left, list, isNegated: isNegated, offset: offset)
        }
        if take("BETWEEN") {
            let low = try expression(.membership)
            try expect("AND")
            let high = try expression(.membership)
            return .between(left, low, high, isNegated: isNegated, offset: offset)
        }
        let ignoresCase = current.keyword == "ILIKE"
        advance()
        let pattern = try expression(.membership)
        let escape = take("ESCAPE") ? try expression(.membership) : nil
        return .like(left, pattern, escape: escape, ignoresCase: ignoresCase, isNegated: isNegated, offset: offset)
    }
}

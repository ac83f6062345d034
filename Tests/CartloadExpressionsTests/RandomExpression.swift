// SPDX-License-Identifier: Apache-2.0

import CartloadTesting

/// Random well-typed expressions over the fields i, j, d, e, s, t, b, c, ts and dt, in text that DuckDB reads the same way.
struct RandomExpression {
    enum Kind: CaseIterable { case integer, number, text, boolean, timestamp, date }

    var random: SeededGenerator

    init(_ seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(random.next() % UInt64(elements.count))]
    }

    private mutating func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }

    mutating func make(_ kind: Kind, _ depth: Int) -> String {
        if depth == 0 || chance(15) { return leaf(kind) }
        if chance(12) { return general(kind, depth - 1) }
        switch kind {
        case .integer: return integer(depth - 1)
        case .number: return number(depth - 1)
        case .text: return text(depth - 1)
        case .boolean: return boolean(depth - 1)
        case .timestamp:
            return pick([
                "date_trunc('\(part())', \(make(.timestamp, depth - 1)))",
                "CAST(\(make(.date, depth - 1)) AS TIMESTAMP)",
                "ts",
            ])
        case .date:
            return pick(["CAST(\(make(.timestamp, depth - 1)) AS DATE)", "(\(make(.date, depth - 1)) + 3)", "dt"])
        }
    }

    private mutating func leaf(_ kind: Kind) -> String {
        switch kind {
        case .integer: pick(["i", "j", "j", "0", "1", "-7", "3"])
        case .number: pick(["d", "e", "0.5e0", "-2.25e0", "1e10", "0e0"])
        case .text: pick(["s", "t", "'a'", "''", "'Grüße'", "'it''s'", "'a,b,c'"])
        case .boolean: pick(["b", "c", "TRUE", "FALSE", "(j > 0)"])
        case .timestamp: pick(["ts", "ts", "TIMESTAMP '2024-02-29 12:34:56.789'"])
        case .date: pick(["dt", "dt", "DATE '1999-12-31'"])
        }
    }

    private mutating func part() -> String {
        pick(["year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond"])
    }

    private mutating func general(_ kind: Kind, _ depth: Int) -> String {
        let (one, other) = (make(kind, depth), make(kind, depth))
        switch random.next() % 6 {
        case 0: return "CASE WHEN \(make(.boolean, depth)) THEN \(one) WHEN \(make(.boolean, depth)) THEN \(other) END"
        case 1: return "coalesce(\(one), \(other))"
        case 2: return "nullif(\(one), \(other))"
        case 3: return "if(\(make(.boolean, depth)), \(one), \(other))"
        case 4: return "CASE \(make(.text, depth)) WHEN s THEN \(one) ELSE \(other) END"
        default: return kind == .boolean ? one : "\(pick(["greatest", "least"]))(\(one), \(other))"
        }
    }

    private mutating func integer(_ depth: Int) -> String {
        switch random.next() % 10 {
        case 0, 1, 2: "(\(make(.integer, depth)) \(pick(["+", "-", "*", "//", "%"])) \(make(.integer, depth)))"
        case 3: "abs(\(make(.integer, depth)))"
        case 4: "length(\(make(.text, depth)))"
        case 5:
            "\(pick(["year", "month", "day", "hour", "minute", "second", "week", "quarter", "dayofweek", "dayofyear", "isodow"]))(\(make(.timestamp, depth)))"
        case 6: "date_diff('\(part())', \(make(.timestamp, depth)), \(make(.timestamp, depth)))"
        case 7: "TRY_CAST(\(make(.text, depth)) AS BIGINT)"
        case 8: "CAST(\(make(.boolean, depth)) AS BIGINT)"
        default: "(- \(make(.integer, depth)))"
        }
    }

    private mutating func number(_ depth: Int) -> String {
        switch random.next() % 9 {
        case 0, 1, 2: "(\(make(.number, depth)) \(pick(["+", "-", "*", "/", "%"])) \(make(.number, depth)))"
        case 3: "\(pick(["floor", "ceil", "abs", "round", "exp"]))(\(make(.number, depth)))"
        case 4: "round(\(make(.number, depth)), \(pick(["0", "1", "2", "5", "-1"])))"
        case 5: "sqrt(abs(\(make(.number, depth))))"
        case 6: "CAST(\(make(.integer, depth)) AS DOUBLE)"
        case 7: "(\(make(.integer, depth)) / \(make(.integer, depth)))"
        default: "epoch(\(make(.timestamp, depth)))"
        }
    }

    private mutating func text(_ depth: Int) -> String {
        let one = make(.text, depth)
        switch random.next() % 15 {
        case 0: return "\(pick(["upper", "lower", "trim", "ltrim", "rtrim", "reverse", "md5", "sha256"]))(\(one))"
        case 1: return "substr(\(one), \(make(.integer, 0)), \(make(.integer, 0)))"
        case 2: return "substr(\(one), \(make(.integer, 0)))"
        case 3: return "split_part(\(one), \(pick(["','", "'@'", "''", "s"])), \(make(.integer, 0)))"
        case 4: return "replace(\(one), \(make(.text, 0)), \(make(.text, 0)))"
        case 5: return "(\(one) || \(make(.text, depth)))"
        case 6: return "concat(\(one), \(make(.integer, depth)), \(make(.text, depth)))"
        case 7: return "\(pick(["left", "right"]))(\(one), j)"
        case 8: return "\(pick(["lpad", "rpad"]))(\(one), \(pick(["8", "3", "0"])), \(pick(["'xü'", "'-'"])))"
        case 9: return "CAST(\(make(.integer, depth)) AS VARCHAR)"
        case 10:
            // DuckDB writes the sign of a NaN, which depends on the processor; abs takes it away.
            let value = pick([
                "d", "e", "abs(\(make(.number, depth)))", make(pick([.timestamp, .date, .boolean]), depth),
            ])
            return "CAST(\(value) AS VARCHAR)"
        case 11: return "strftime(\(make(.timestamp, depth)), '%Y-%m-%d %H:%M:%S.%f %j %a %b %p %I %U %W %u %w %y %-d')"
        case 12: return "regexp_replace(\(one), '[aeiou]+', '<\\0>'\(pick(["", ", 'g'"])))"
        case 13: return "regexp_extract(\(one), '([a-z])([^a-z])', \(pick(["0", "1", "2"])))"
        default: return "trim(\(one), \(pick(["' a'", "'ü '"])))"
        }
    }

    private mutating func boolean(_ depth: Int) -> String {
        let kind = pick([Kind.integer, .number, .text, .timestamp, .date])
        switch random.next() % 14 {
        case 0, 1:
            return "(\(make(kind, depth)) \(pick(["=", "<>", "<", "<=", ">", ">="])) \(make(kind, depth)))"
        case 2, 3: return "(\(make(.boolean, depth)) \(pick(["AND", "OR"])) \(make(.boolean, depth)))"
        case 4: return "(NOT \(make(.boolean, depth)))"
        case 5: return "(\(make(kind, depth)) IS \(pick(["", "NOT "]))NULL)"
        case 6:
            return
                "(\(make(kind, depth)) \(pick(["", "NOT "]))IN (\(make(kind, 0)), \(make(kind, depth)), \(pick(["NULL", make(kind, 0)]))))"
        case 7:
            return "(\(make(kind, depth)) \(pick(["", "NOT "]))BETWEEN \(make(kind, depth)) AND \(make(kind, depth)))"
        case 8:
            return
                "(\(make(.text, depth)) \(pick(["", "NOT "]))\(pick(["LIKE", "ILIKE"])) \(pick(["'%a%'", "'_r%'", "'%'", "''", "'%ß_'", "'a%b%'", "'a!%%' ESCAPE '!'"])))"
        case 9:
            return "\(pick(["starts_with", "ends_with", "contains"]))(\(make(.text, depth)), \(make(.text, 0)))"
        case 10: return "regexp_matches(\(make(.text, depth)), '\(pick(["^[a-z]", "ü|b", "(?i)A.?", "\\d+", "^$"]))')"
        case 11: return "(\(make(kind, depth)) IS \(pick(["", "NOT "]))DISTINCT FROM \(make(kind, depth)))"
        case 12: return "(\(make(.boolean, depth)) IS \(pick(["", "NOT "]))\(pick(["TRUE", "FALSE"])))"
        default: return "(i = j)"
        }
    }
}

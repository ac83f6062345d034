// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import Testing

/// The values of a column as text, nil for null.
func texts(_ column: Column) -> [String?] {
    (0..<column.count).map { row in
        if column.isNull(row) { return nil }
        switch column.values {
        case .null: return nil
        case .boolean(let bitmap): return bitmap[row] ? "true" : "false"
        case .int64(let buffer): return String(buffer[row])
        case .float64(let buffer): return String(buffer[row])
        case .text(let text): return text[row]
        }
    }
}

/// Five records with one field of each type.
let sample = Columns(
    schema: Schema([
        Field("active", .boolean), Field("amount", .number), Field("id", .integer), Field("name", .string),
        Field("email", .string), Field("ts", .timestamp(zoned: true)), Field("geo.cc", .string),
        Field("first name", .string), Field("mixed", .json), Field("huge", .integer),
    ]),
    columns: [
        Column(booleans: [true, false, nil, true, true]),
        Column(numbers: [150, 200, 300, 99.5, nil]),
        Column(integers: [1, 2, 3, nil, .max]),
        Column(.string, text: ["ada", "Grüße", nil, "o'neil", "straße"]),
        Column(.string, text: ["a@b.c", "x@y@z", "none", nil, ""]),
        Column(
            .timestamp(zoned: true),
            text: [
                "2024-03-05T10:20:30Z", "2024-03-05T10:20:30+02:00", nil, "2023-01-01T00:00:00Z",
                "1969-12-31T23:59:59Z",
            ]),
        Column(.string, text: ["DE", "FR", "DE", nil, "US"]),
        Column(.string, text: ["a", "b", "c", "d", "e"]),
        Column(.json, text: ["1", "\"two\"", "null", "3.5", "\"caf\\u00e9\""]),
        Column(.integer, text: ["123456789012345678901234567890", "5", nil, "7", "8"]),
    ], count: 5)

@Suite struct ExpressionTests {
    @Test(
        arguments: [
            ("active AND amount >= 100", ["true", "false", nil, "false", nil]),
            ("active OR amount >= 100", ["true", "true", "true", "true", "true"]),
            ("upper(name)", ["ADA", "GRÜSSE", nil, "O'NEIL", "STRASSE"].map { $0?.replacing("SSE", with: "ẞE") }),
            ("length(name)", ["3", "5", nil, "6", "6"]),
            ("split_part(email, '@', 2)", ["b.c", "y", "", nil, ""]),
            ("round(amount * 0.92, 2)", ["138.0", "184.0", "276.0", "91.54", nil]),
            ("geo.cc = 'DE'", ["true", "false", "true", nil, "false"]),
            ("\"first name\" || id", ["a1", "b2", "c3", nil, "e9223372036854775807"]),
            ("id IN (1, 3, NULL)", ["true", nil, "true", nil, nil]),
            ("id NOT IN (1, 3)", ["false", "true", "false", nil, "true"]),
            ("amount BETWEEN 100 AND 200", ["true", "true", "false", "false", nil]),
            ("name LIKE '%a%'", ["true", "false", nil, "false", "true"]),
            ("name ILIKE '_r%'", ["false", "true", nil, "false", "false"]),
            ("CASE WHEN amount > 150 THEN 'high' WHEN amount > 100 THEN 'mid' END", ["mid", "high", "high", nil, nil]),
            ("coalesce(name, email, 'none')", ["ada", "Grüße", "none", "o'neil", "straße"]),
            ("nullif(geo.cc, 'DE')", [nil, "FR", nil, nil, "US"]),
            ("ts >= TIMESTAMP '2024-01-01'", ["true", "true", nil, "false", "false"]),
            ("year(ts) * 100 + month(ts)", ["202403", "202403", nil, "202301", "196912"]),
            ("strftime(ts, '%Y-%m-%d %H')", ["2024-03-05 10", "2024-03-05 08", nil, "2023-01-01 00", "1969-12-31 23"]),
            ("epoch(ts)", ["1709634030.0", "1709626830.0", nil, "1672531200.0", "-1.0"]),
            ("mixed::text", ["1", "two", nil, "3.5", "café"]),
            ("TRY_CAST(mixed AS DOUBLE)", ["1.0", nil, nil, "3.5", nil]),
            ("missing IS NULL", ["true", "true", "true", "true", "true"]),
            ("if(active, 1, 2.5)", ["1.0", "2.5", "2.5", "1.0", "1.0"]),
            (
                "md5(geo.cc)",
                [
                    "3a52f3c22ed6fcde5bf696a6c02c9e73", "11aedd0e432747c2bcd97b82808d24a0",
                    "3a52f3c22ed6fcde5bf696a6c02c9e73", nil, "7516fd43adaa5e0b8a65a672c39845d2",
                ]
            ),
            ("id // 2 + id % 2", ["1", "1", "2", nil, "4611686018427387904"]),
            (
                "(length(geo.cc) * 0 + 9999998264310402e0)::text",
                ["9999998264310402.0", "9999998264310402.0", "9999998264310402.0", nil, "9999998264310402.0"]
            ),
            ("huge > 6", ["true", "false", nil, "true", "true"]),
            ("1 + 2 * 3 - -4", ["11", "11", "11", "11", "11"]),
        ] as [(String, [String?])])
    func anExpressionHasTheValuesThatDuckDBGives(text: String, expected: [String?]) throws {
        let evaluated = try Expression(parsing: text).evaluate(over: sample)
        #expect(texts(evaluated.column) == expected)
        #expect(evaluated.errors.isEmpty)
    }

    @Test(
        arguments: [
            ("id + 1", [4], "9223372036854775807 + 1 is out of range"),
            ("CAST(email AS INTEGER)", [0, 1, 2, 4], "\"a@b.c\" is not a whole number"),
            ("1 // (id - 2)", [1], "1 // 0 divides by zero"),
            ("mixed > 2", [1, 4], "\"two\" is not a number"),
            ("id <> 2 AND 10 // (id - 2) > 0", [], ""),
            ("CASE WHEN id = 2 THEN 0 ELSE 1 // (id - 2) END", [], ""),
            ("coalesce(name, CAST(email AS DOUBLE)::text)", [2], "\"none\" is not a number"),
        ] as [(String, [Int], String)])
    func aRowWithoutValueIsAnErrorOfThatRowOnly(text: String, rows: [Int], message: String) throws {
        let evaluated = try Expression(parsing: text).evaluate(over: sample)
        #expect(evaluated.errors.map(\.row) == rows)
        #expect(evaluated.errors.first?.message ?? "" == message)
        for row in rows { #expect(evaluated.column.isNull(row)) }
    }

    @Test(
        arguments: [
            ("uper(name)", "there is no function \"uper\"\n  uper(name)\n  ^", "Did you mean upper?"),
            ("amount >", "the expression ends where a value is expected\n  amount >\n          ^", nil),
            ("a = 'x", "the string is not closed\n  a = 'x\n      ^", nil),
            ("é = #", "this sign has no meaning here\n  é = #\n      ^", nil),
            (
                "CAST(a AS INTEGR)", "there is no type \"INTEGR\"\n  CAST(a AS INTEGR)\n            ^",
                "Did you mean INTEGER?"
            ),
            ("length(a, b)", "length takes 1 argument, not 2\n  length(a, b)\n  ^", nil),
            ("regexp_matches(name, '(')", "", nil),
        ] as [(String, String, String?)])
    func aMistakeIsShownWhereItIs(text: String, message: String, advice: String?) throws {
        do {
            _ = try Expression(parsing: text).evaluate(over: sample)
            Issue.record("\(text) is accepted")
        } catch let error as CartloadError {
            if !message.isEmpty { #expect(error.message == message) }
            if let advice { #expect(error.advice == advice) }
        }
    }

    @Test func hostileNestingIsRefused() {
        #expect(throws: CartloadError.self) {
            try Expression(parsing: String(repeating: "(", count: 3000) + "1" + String(repeating: ")", count: 3000))
        }
        #expect(throws: CartloadError.self) { try Expression(parsing: String(repeating: "1+", count: 5000) + "1") }
        #expect(throws: CartloadError.self) { try Expression(parsing: String(repeating: "- ", count: 3000) + "a") }
        #expect(throws: Never.self) {
            _ = try Expression(parsing: String(repeating: "id+", count: 390) + "1").evaluate(over: sample)
        }
    }

    @Test func aSelectionHoldsTheRowsThatAreTrue() throws {
        let selection = try Expression(parsing: "active AND amount >= 100").selection(over: sample)
        #expect(selection.rows == [0])
        #expect(try Expression(parsing: "missing IS NULL").selection(over: sample).rows == nil)
    }

    @Test func aSelectListNamesItsItems() throws {
        let list = try SelectList(parsing: "upper(name) AS name, geo.cc, id + 1, * EXCLUDE (a, \"b c\")")
        let names = list.items.map { item in
            switch item {
            case .all(let excluded): "*" + excluded.joined(separator: "|")
            case .expression(_, let name): name
            }
        }
        #expect(names == ["name", "cc", "id + 1", "*a|b c"])
        #expect(throws: CartloadError.self) { try SelectList(parsing: "a, b AS a") }
    }

    @Test func aFieldThatIsPassedOnKeepsItsText() throws {
        let expression = try Expression(parsing: "geo.cc")
        #expect(expression.fields == [Projection.Item("geo.cc", path: ["geo", "cc"], .raw)])
        let computed = try Expression(parsing: "upper(geo.cc)")
        #expect(computed.fields == [Projection.Item("geo.cc", path: ["geo", "cc"], .inferred)])
    }
}

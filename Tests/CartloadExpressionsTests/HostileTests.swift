// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import CartloadTesting
import Testing

/// Whatever is written or comes in, there is a value or an error, never a crash.
@Suite struct HostileTests {
    static let words = [
        "id", "name", "ts", "amount", "active", "missing", "geo.cc", "'a'", "'", "\"x\"", "\"", "1", "1.5", "1e400",
        "-", "+",
        "*", "/", "//", "%", "(", ")", "(", ")", ",", "||", "::", "=", "<>", "<", "AND", "OR", "NOT", "IN", "IS",
        "NULL", "LIKE",
        "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "END", "CAST(", "AS", "INTEGER", "DATE", "TIMESTAMP", "upper(",
        "substr(",
        "round(", "lpad(", "date_trunc(", "'day'", "regexp_matches(", "coalesce(", "nullif(", "DECIMAL(10,2)",
        "EXCLUDE", "é",
        "\u{0}", "--", ".", "9223372036854775808",
    ]

    @Test(arguments: 0..<40 as Range<UInt64>)
    func wordsInAnyOrderAreAnExpressionOrAnError(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                Self.words.randomElement(using: &random) ?? ""
            }.joined(separator: " ")
            do {
                _ = try Expression(parsing: text).evaluate(over: sample)
            } catch {
                #expect(error is CartloadError, "seed \(seed): \(text)")
            }
            _ = try? SelectList(parsing: text)
        }
    }

    @Test(arguments: [
        "year(d)", "d + 1", "d - 1", "d::TIMESTAMP", "d::VARCHAR", "week(d)", "dayofyear(d)",
        "strftime(d, '%Y %j %U %V')",
        "year(t)", "date_trunc('week', t)", "date_trunc('century', t)", "t::VARCHAR", "t::DATE", "epoch(t)",
        "isodow(d)",
        "date_diff('quarter', t, TIMESTAMP '2024-01-01')", "date_diff('week', t, TIMESTAMP '2024-01-01')", "d - d",
        "strftime(t, '%Y-%m-%d %H:%M:%S.%f %j %G-%V')", "round(i, i)", "substr('abc', i, i)", "left('ä', i)",
        "right('ä', i)", "lpad('a', i, 'b')", "split_part('a,b', ',', i)", "i // -1", "i % -1", "abs(i)", "-i",
        "to_timestamp(i)", "CAST(n AS INTEGER)", "CAST(n AS DECIMAL(5,2))", "round(n, 3)", "to_timestamp(n)",
        "n::VARCHAR",
        "CAST(n AS DECIMAL(400,40))::VARCHAR", "greatest(n, i)", "i::SMALLINT", "repeat",
    ])
    func extremesHaveAValueOrAnError(text: String) throws {
        let edges: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max, 1 << 31, -1 << 40]
        let numbers: [Double] = [
            .nan, .infinity, -.infinity, 0, -0.0, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e18, -1e19,
        ]
        let integers = Buffer(edges)
        let columns = Columns(
            schema: Schema([
                Field("d", .date), Field("t", .timestamp(zoned: false)), Field("i", .integer), Field("n", .number),
            ]),
            columns: [
                Column(type: .date, values: .int64(integers), count: 9),
                Column(type: .timestamp(zoned: false), values: .int64(integers), count: 9),
                Column(type: .integer, values: .int64(integers), count: 9), Column(numbers: numbers),
            ], count: 9)
        let evaluated = try Expression(parsing: text).evaluate(over: columns)
        #expect(evaluated.column.count == 9)
    }
}

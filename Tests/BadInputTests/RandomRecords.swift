// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting

/// Random records with one kind of value in each field, as tables have them, nulls among them.
struct RandomRecords {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func records(_ count: Int) -> [JSONObject] {
        var records = (0..<count).map { _ in record() }
        // A column of nothing but nulls, or of texts that all look like numbers, has another type when read from CSV.
        if !records.isEmpty {
            records[0]["text"] = .string("first")
            records[0]["wide"] = .number("123456789012345678901234567890")
            records[0]["exact"] = .number("0.12345678901234567890123")
        }
        return records
    }

    private mutating func record() -> JSONObject {
        JSONObject([
            ("id", .number(String(Int64(truncatingIfNeeded: random.next()) >> Int64(random.next() % 64)))),
            ("wide", orNull(.number(digits(1 + below(40))))),
            ("exact", orNull(.number("\(digits(1 + below(20))).\(fraction(1 + below(25)))"))),
            ("double", orNull(.number(double().description))),
            ("flag", orNull(.bool(random.next() % 2 == 0))),
            ("text", orNull(.string(text()))),
            ("nested", orNull(nested(2))),
        ])
    }

    private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    private mutating func orNull(_ value: JSONValue) -> JSONValue { below(6) == 0 ? .null : value }

    private mutating func fraction(_ count: Int) -> String { (0..<count).map { _ in "\(below(10))" }.joined() }

    private mutating func digits(_ count: Int) -> String {
        (below(2) == 0 ? "-" : "") + "\(1 + below(9))" + fraction(count - 1)
    }

    private mutating func double() -> Double {
        while true {
            // Any bits, or a number of everyday size.
            let value =
                below(2) == 0 ? Double(bitPattern: random.next()) : Double(below(2_000_000) - 1_000_000) / 64
            if value.isFinite, value != 0 { return value }
        }
    }

    private mutating func text() -> String {
        let parts = [
            "a", "Z", " ", ",", ";", "\t", "\"", "\"\"", "\n", "\r\n", "\r", "'", "\\", "ü", "😀", "e\u{301}",
            "\u{feff}",
            "\u{0}", "\u{1f}", "\u{2028}", "NULL", "null", "true", "007", "1e5", "-", "#", "|",
        ]
        return (0..<below(8)).map { _ in parts[below(parts.count)] }.joined()
    }

    private mutating func nested(_ depth: Int) -> JSONValue {
        if below(2) == 0 {
            return .array((0..<below(4)).map { _ in depth > 0 && below(3) == 0 ? nested(depth - 1) : .string(text()) })
        }
        return .object(JSONObject([("x", .number(digits(1 + below(30)))), ("y", .string(text())), ("z", .null)]))
    }
}

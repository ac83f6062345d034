// SPDX-License-Identifier: Apache-2.0

import CartloadConfiguration
import CartloadCore
import CartloadTesting
import Testing

@Suite struct YAMLTests {
    private func value(_ yaml: String) throws -> JSONValue? {
        try ConfigurationDocument(parsing: "v: \(yaml)", source: "flow.yaml")["v"]
    }

    @Test(arguments: [
        ("5", JSONValue.number("5")), ("+5", .number("5")), ("-0", .number("-0")), (".5", .number("0.5")),
        ("5.", .number("5.0")), ("1e3", .number("1e3")), ("0x1f", .number("31")), ("0o17", .number("15")),
        ("12345678901234567890123", .number("12345678901234567890123")), ("0123", .string("0123")),
        ("true", .bool(true)), ("False", .bool(false)), ("null", .null), ("~", .null), ("", .null),
        ("no", .string("no")), ("on", .string("on")), ("yes", .string("yes")), ("2013-01-01", .string("2013-01-01")),
        ("12:30", .string("12:30")), (".inf", .string(".inf")), ("1_000", .string("1_000")),
        ("'5'", .string("5")), ("\"true\"", .string("true")), ("!!str 5", .string("5")), ("\"\"", .string("")),
        ("[1, a, [2, ]]", .array([.int(1), .string("a"), .array([.int(2)])])),
        ("{a: no}", .object(JSONObject([("a", .string("no"))]))), ("\n  -", .array([.null])),
        ("|\n  two\n  lines\n", .string("two\nlines\n")),
    ])
    func plainTextIsTypedByTheCoreSchemaAndQuotedTextIsNot(yaml: String, expected: JSONValue) throws {
        #expect(try value(yaml) == expected)
    }

    @Test func everyValueKnowsItsLine() throws {
        let document = try ConfigurationDocument(
            parsing: "source: a\n\ndestinations:\n  - sqlite:\n      path: x\n  - files: {path: y}\n", source: "f.yaml")
        #expect(document.positions.lines["source"] == 1)
        #expect(document.positions.lines["destinations"] == 3)
        #expect(document.positions.lines["destinations[0].sqlite.path"] == 5)
        #expect(document.positions.lines["destinations[1].files"] == 6)
    }

    @Test(arguments: [
        ("a: 1\nb:\n\t- 2\n", 3, "config.syntax", "column 1"),
        ("a: b: c\n", 1, "config.syntax", "column 5"),
        ("a: [1, 2\n", 2, "config.syntax", "column 1"),
        ("a: \"x\n", 2, "config.syntax", "column 1"),
        ("a: 1\nb: 2\na: 3\n", 3, "config.duplicate-key", "the first is on line 1"),
        ("a: {x: 1, x: 2}\n", 1, "config.duplicate-key", "a.x"),
        ("a: 1\n---\nb: 1\n", 2, "config.syntax", "second document"),
        ("a: *x\n", 1, "config.syntax", "*x"),
        ("a: !!binary x\n", 1, "config.syntax", "binary"),
        ("{[1]: 2}\n", 1, "config.syntax", "key"),
        ("a: ${NOT_SET}\n", 1, "config.missing-variable", "NOT_SET"),
    ])
    func aMistakeIsReportedWithItsLine(yaml: String, line: Int, code: String, part: String) throws {
        let error = #expect(throws: CartloadError.self) { try ConfigurationDocument(parsing: yaml, source: "f.yaml") }
        #expect(error?.code.rawValue == code)
        #expect(error?.location.line == line)
        #expect(error?.location.source == "f.yaml")
        #expect(error?.message.contains(part) == true, "\(String(describing: error))")
    }

    @Test func aliasesRepeatTheirAnchorsValue() throws {
        let document = try ConfigurationDocument(parsing: "a: &x {k: [1, 2]}\nb: *x\n")
        #expect(document["b"] == ["k": [1, 2]])
    }

    @Test func aliasesThatGrowWithoutEndAreStopped() {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<30 {
            yaml += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        let error = #expect(throws: CartloadError.self) { try ConfigurationDocument(parsing: yaml) }
        #expect(error?.code.rawValue == "config.too-large")
    }

    @Test func deepNestingIsStopped() {
        let yaml = String(repeating: "[", count: 5000)
        #expect(throws: CartloadError.self) { try ConfigurationDocument(parsing: yaml) }
    }

    @Test func anyBytesEndInAValueOrAnError() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("ab01:-,[]{}&*!|>'\"%@`#?\n\n \t$\u{0}\u{e9}~.".utf8) + [0xff, 0xc3]
        for round in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            for name in ["f.yaml", "f.json"] {
                do {
                    _ = try ConfigurationDocument(parsing: Bytes(bytes), source: name)
                } catch {
                    #expect(error is CartloadError, "seed \(seed), round \(round)")
                }
            }
        }
    }

    @Test func aFileThatIsNotThereIsNamed() {
        let error = #expect(throws: CartloadError.self) { try ConfigurationDocument(file: "no/such/flow.yaml") }
        #expect(error?.description.hasPrefix("no/such/flow.yaml: the file cannot be read: No such file") == true)
    }
}

extension ConfigurationDocument {
    subscript(key: String) -> JSONValue? { value[key] }
}

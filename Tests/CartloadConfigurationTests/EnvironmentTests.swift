// SPDX-License-Identifier: Apache-2.0

import CartloadConfiguration
import CartloadCore
import Testing

@Suite struct EnvironmentTests {
    private let environment = Environment([
        "NAME": "x", "PORT": "5432", "EMPTY": "", "SECRET": "0x1f", "YES": "a ${NAME}",
    ])

    @Test(arguments: [
        ("${NAME}", JSONValue.string("x")), ("a${NAME}b${NAME}", "axbx"), ("${PORT}", 5432), ("'${PORT}'", "5432"),
        ("${SECRET}", "0x1f"), ("${EMPTY}", ""), ("${EMPTY:-d}", "d"), ("${NONE:-d e}", "d e"), ("${NONE:-}", ""),
        ("$${NAME}", "${NAME}"), ("$5 ${", "$5 ${"), ("'${1}'", "${1}"), ("'${a b}'", "${a b}"),
        ("${YES}", "a ${NAME}"),
        ("${NAME", "${NAME"),
    ])
    func variablesArePutIn(yaml: String, expected: JSONValue) throws {
        let document = try ConfigurationDocument(parsing: "v: \(yaml)", environment: environment)
        #expect(document["v"] == expected)
    }

    @Test func jsonIsReadWithTheSameCall() throws {
        let text = "{\n\t\"a\": \"${NAME}\",\n\t\"b\": [1, \"\\ud83d\\ude00\"]}"
        let document = try ConfigurationDocument(parsing: text, source: "f.json", environment: environment)
        #expect(document.value == ["a": "x", "b": [1, "😀"]])
        #expect(document.substitutions == ["a": ["x"]])
        let plain = try ConfigurationDocument(
            parsing: "{\n \"a\": \"${NAME}\",\n \"b\": [1]}", source: "f.json", environment: environment)
        #expect(plain.positions.lines["b"] == 3)
    }

    @Test func aMistakeInJSONHasLineAndColumn() {
        let error = #expect(throws: CartloadError.self) {
            try ConfigurationDocument(parsing: "{\n  \"a\": nul\n}", source: "f.json")
        }
        #expect(error?.location.line == 2)
        #expect(error?.message.hasSuffix("column 8") == true, "\(String(describing: error))")
        let twice = #expect(throws: CartloadError.self) {
            try ConfigurationDocument(parsing: "{\"a\": 1,\n \"a\": 2}", source: "f.json")
        }
        #expect(twice?.code.rawValue == "config.duplicate-key")
    }

    @Test func valuesFromTheEnvironmentAreKnownByPath() throws {
        let document = try ConfigurationDocument(parsing: "a:\n - p: x${NAME}", environment: environment)
        #expect(document.substitutions == ["a[0].p": ["x"]])
    }
}

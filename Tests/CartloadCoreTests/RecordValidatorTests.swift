// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadCore

@Suite struct RecordValidatorTests {
    private func failures(
        _ schema: String, _ records: [String], checksFormats: Bool = false
    ) throws -> [Diagnostic] {
        let validator = try RecordValidator(
            jsonSchema: JSONValue(parsing: "{\"properties\":{\"a\":\(schema)}}"), checksFormats: checksFormats)
        var diagnostics = Diagnostics()
        let batch = RecordBatch(.rows(Rows(records.map { "{\"z\":[{}],\"a\":\($0)}" })), origin: Location(record: 1))
        let valid = try batch.validated(by: validator, &diagnostics)
        #expect((valid.count ?? 0) + diagnostics.rejects.count == records.count)
        return diagnostics.rejects
    }

    @Test(
        arguments: [
            (
                #"{"type":"integer"}"#, ["1", "-1", "1.0", "1e3", "123456789012345678901234567890"],
                ["1.5", "\"1\"", "null", "true"]
            ),
            (#"{"type":"number"}"#, ["1", "1.5", "1E400"], ["\"1\"", "[]"]),
            (#"{"type":["null","string"]}"#, ["null", "\"\""], ["1", "{}", "false"]),
            (#"{"type":"boolean"}"#, ["true", "false"], ["0", "null"]),
            (#"{"type":"object"}"#, ["{}", "{\"x\":[1]}"], ["[]", "1"]),
            (#"{"minimum":2,"maximum":3}"#, ["2", "3", "2.5", "\"1\""], ["1.99", "4", "-1e400", "1e400"]),
            (#"{"exclusiveMinimum":2,"exclusiveMaximum":3}"#, ["2.5"], ["2", "3"]),
            (#"{"minimum":2,"exclusiveMinimum":true}"#, ["2.1"], ["2"]),
            (#"{"multipleOf":0.01}"#, ["1.1", "19.99", "0", "1234567.89"], ["0.001", "1.005"]),
            (
                #"{"minLength":2,"maxLength":3}"#, ["\"ab\"", "\"é😀ü\"", "\"\\u0041\\n\"", "5"],
                ["\"a\"", "\"abcd\"", "\"😀\""]
            ),
            (#"{"pattern":"^[^@]+@[^@]+$"}"#, ["\"a@b\"", "\"a\\u0040b\"", "1"], ["\"a\"", "\"a@b@c\"", "\"@b\""]),
            (
                #"{"enum":[1,"x",null,{"k":[1,2]}]}"#,
                ["1", "1.0", "\"x\"", "\"\\u0078\"", "null", "{ \"k\" : [1.0,2] }"], ["2", "\"y\"", "{\"k\":[2,1]}"]
            ),
            (#"{"const":{"a":1,"b":2}}"#, ["{\"b\":2,\"a\":1}"], ["{\"a\":1}", "1"]),
            (
                #"{"items":{"type":"integer"},"minItems":1,"maxItems":2}"#, ["[1]", "[1,2]", "5"],
                ["[]", "[1,2,3]", "[\"x\"]"]
            ),
            (#"{"uniqueItems":true}"#, ["[1,2]", "[]"], ["[1,1.0]", "[{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]"]),
            (#"{"prefixItems":[{"type":"integer"}],"items":false}"#, ["[]", "[1]"], ["[1,2]", "[\"x\"]"]),
            (#"{"items":[{"type":"integer"}],"additionalItems":{"type":"string"}}"#, ["[1,\"x\"]"], ["[1,2]"]),
            (
                #"{"required":["x","y"]}"#, ["{\"x\":1,\"y\":null}", "{\"\\u0078\":1,\"y\":2}", "5"],
                ["{\"x\":1}", "{}"]
            ),
            (#"{"properties":{"x":{}},"additionalProperties":false}"#, ["{\"x\":1}", "{}"], ["{\"y\":1}"]),
            (
                #"{"properties":{"x":{}},"additionalProperties":{"type":"integer"}}"#, ["{\"x\":\"s\",\"y\":1}"],
                ["{\"y\":\"s\"}"]
            ),
            (
                #"{"patternProperties":{"^n_":{"type":"integer"}},"additionalProperties":false}"#, ["{\"n_a\":1}"],
                ["{\"n_a\":\"x\"}", "{\"m\":1}"]
            ),
            (#"{"minProperties":1,"maxProperties":2}"#, ["{\"a\":1}"], ["{}", "{\"a\":1,\"b\":2,\"c\":3}"]),
            (#"{"anyOf":[{"type":"integer"},{"minLength":2}]}"#, ["1", "\"ab\"", "null"], ["\"a\""]),
            (#"{"oneOf":[{"type":"integer"},{"minimum":2}]}"#, ["1", "2.5", "\"x\""], ["3", "1.5"]),
            (#"{"allOf":[{"type":"integer"},{"minimum":2}]}"#, ["2"], ["1", "2.5"]),
            (#"{"not":{"type":"integer"}}"#, ["\"x\""], ["1"]),
            (
                #"{"if":{"type":"integer"},"then":{"minimum":0},"else":{"type":"string"}}"#, ["1", "\"x\""],
                ["-1", "null"]
            ),
            ("true", ["1", "{}"], []), ("{}", ["1", "null"], []), ("false", [], ["1", "null"]),
        ] as [(String, [String], [String])])
    func aSchemaAcceptsAndRefuses(_ schema: String, _ good: [String], _ bad: [String]) throws {
        #expect(try failures(schema, good).map(\.record?.text) == [])
        let found = try failures(schema, bad)
        #expect(found.map(\.location.record) == bad.indices.map { $0 + 1 })
        // One by one too, so that no failure hides behind another.
        for value in bad { #expect(try failures(schema, [value]).count == 1) }
    }

    @Test func aFailureNamesItsPlace() throws {
        let schema = #"{"properties":{"x":{"items":{"properties":{"y":{"type":"integer"}},"required":["k"]}}}}"#
        let found = try failures(schema, [#"{"x":[{"k":1},{"k":1,"y":"s"}]}"#, #"{"x":[{}]}"#])
        #expect(found.map(\.location.field) == ["a.x[1].y", "a.x[0].k"])
        #expect(found.map(\.code) == [.invalidRecord, .invalidRecord])
    }

    @Test func formatsAreCheckedWhenAskedFor() throws {
        #expect(try failures(#"{"format":"date-time"}"#, ["\"x\""]).isEmpty)
        #expect(
            try failures(#"{"format":"date-time"}"#, ["\"x\"", "\"2025-01-01T00:00:00Z\""], checksFormats: true).count
                == 1)
    }

    @Test func referencesMayRecurse() throws {
        let schema = try JSONValue(
            parsing:
                ##"{"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{"next":{"anyOf":[{"type":"null"},{"$ref":"#/$defs/node"}]},"v":{"type":"integer"}},"required":["v"]}}}"##
        )
        let validator = try RecordValidator(jsonSchema: schema)
        var diagnostics = Diagnostics()
        let batch = RecordBatch(
            .rows(Rows([#"{"v":1,"next":{"v":2,"next":null}}"#, #"{"v":1,"next":{"next":null}}"#])))
        #expect(try batch.validated(by: validator, &diagnostics).selection == .rows([0]))
    }

    @Test func schemasThatNeverEndAreStopped() throws {
        let validator = try RecordValidator(jsonSchema: JSONValue(parsing: ##"{"allOf":[{"$ref":"#"},{"$ref":"#"}]}"##))
        var diagnostics = Diagnostics()
        let kept = try RecordBatch(.rows(Rows(["{}"]))).validated(by: validator, &diagnostics)
        #expect(kept.count == 0 && diagnostics.rejects.count == 1)
    }

    @Test(arguments: [
        #"{"pattern":"(?=x)"}"#, #"{"pattern":"("}"#, #"{"type":"float"}"#, #"{"contains":{}}"#,
        ##"{"$ref":"#/nowhere"}"##,
        #"{"$ref":"http://example.com/x"}"#, "5", #"{"minimum":"x"}"#, #"{"properties":[]}"#,
    ])
    func aSchemaThatCannotBeCheckedIsAnError(_ schema: String) throws {
        #expect(throws: CartloadError.self) { try RecordValidator(jsonSchema: JSONValue(parsing: schema)) }
    }

    @Test func columnsAreValidatedToo() throws {
        let columns = Columns(
            schema: Schema([Field("a", .integer)]), columns: [Column(integers: [1, -1, nil, 4])], count: 4)
        let validator = try RecordValidator(
            jsonSchema: JSONValue(parsing: #"{"properties":{"a":{"type":["null","integer"],"minimum":0}}}"#))
        var diagnostics = Diagnostics()
        let batch = RecordBatch(.columns(columns), selection: .rows([1, 2, 3]))
        #expect(try batch.validated(by: validator, &diagnostics).selection == .rows([2, 3]))
    }

    @Test func rowsThatAreNotJSONFail() throws {
        let validator = try RecordValidator(jsonSchema: JSONValue(parsing: #"{"properties":{"a":{"enum":["x"]}}}"#))
        var diagnostics = Diagnostics()
        let rows = Rows([#"{"a":"x"}"#, #"{"a":"#, "", "[", #"{"a":"\u"}"#, #"{"a":"x"}}"#, #"{"a":"x"}"#])
        #expect(try RecordBatch(.rows(rows)).validated(by: validator, &diagnostics).selection == .rows([0, 6]))
    }
}

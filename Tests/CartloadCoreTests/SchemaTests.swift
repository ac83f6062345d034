// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadCore

@Suite struct SchemaTests {
    @Test(
        arguments: [
            (#"{"type":"integer"}"#, FieldType.integer, false), (#"{"type":["null","string"]}"#, .string, true),
            (#"{"type":["integer","number"]}"#, .number, false), (#"{"type":["string","integer"]}"#, .json, false),
            (#"{"type":"string","format":"date-time"}"#, .timestamp(zoned: true), false),
            (#"{"type":["string","null"],"format":"date"}"#, .date, true),
            (#"{"type":"string","format":"time"}"#, .time, false),
            (#"{"type":"string","format":"singer.decimal"}"#, .decimal(), false),
            (
                #"{"type":"string","format":"x-singer.decimal","precision":10,"scale":2}"#,
                .decimal(precision: 10, scale: 2), false
            ),
            (#"{"type":"number","multipleOf":0.01}"#, .decimal(scale: 2), false),
            (#"{"type":"number","multipleOf":1e-20}"#, .decimal(scale: 20), false),
            (#"{"type":"number","multipleOf":1}"#, .integer, false),
            (#"{"type":"string","contentEncoding":"base64"}"#, .binary, false),
            (#"{"anyOf":[{"type":"null"},{"type":"integer"}]}"#, .integer, true),
            (#"{"oneOf":[{"type":"integer"},{"type":"number"}]}"#, .number, false),
            (#"{"anyOf":[{"type":"string","format":"date-time"},{"type":"string"}]}"#, .string, false),
            (#"{"allOf":[{"type":["null","integer"]},{"minimum":1}]}"#, .integer, true),
            (##"{"$ref":"#/definitions/n~1a%20b"}"##, .number, false), ("{}", .json, true), ("true", .json, true),
            (#"{"enum":["a","b",null]}"#, .string, true), (#"{"items":{"type":"integer"}}"#, .array(.integer), true),
            (
                #"{"type":"object","properties":{"cc":{"type":"string"}},"required":["cc"]}"#,
                .object(Schema([Field("cc", .string, isNullable: false)], isOpen: true)), false
            ),
            (##"{"$ref":"#/definitions/loop"}"##, .object(Schema([], isOpen: true)), false),
        ] as [(String, FieldType, Bool)])
    func typesAreReadFromJSONSchema(_ text: String, _ type: FieldType, _ isNullable: Bool) throws {
        let schema = try Schema(
            jsonSchema: JSONValue(
                parsing:
                    ##"{"type":"object","required":["a"],"properties":{"a":\##(text)},"definitions":{"n/a b":{"type":"number"},"loop":{"type":"object","properties":{"next":{"$ref":"#/definitions/loop"}}}}}"##
            ))
        let field = try #require(schema["a"])
        if text.contains("loop") {
            guard case .object(let inner) = field.type else {
                Issue.record("an object is expected")
                return
            }
            #expect(inner["next"] != nil)
        } else {
            #expect(field.type == type)
        }
        #expect(field.isNullable == isNullable)
    }

    @Test func aSchemaSurvivesTheWayThroughJSONSchema() throws {
        let types: [FieldType] = [
            .boolean, .integer, .number, .decimal(), .decimal(precision: 10, scale: 2), .string,
            .timestamp(zoned: true),
            .timestamp(zoned: false), .date, .time, .binary, .array(.integer), .array(.json),
            .object(Schema([Field("x", .integer, isNullable: false), Field("y", .date)], isOpen: true)),
        ]
        for isNullable in [true, false] {
            let fields = types.enumerated().map { Field("f\($0)", $1, isNullable: isNullable) }
            let schema = Schema(fields + [Field("any", .json)])
            #expect(try Schema(jsonSchema: schema.jsonSchema) == schema)
        }
    }

    @Test(arguments: [
        "5", #"{"type":"integer"}"#, #"{"type":"object","properties":{"a":{"type":"float"}}}"#, ##"{"$ref":"#/x"}"##,
        #"{"type":5}"#,
    ])
    func whatIsNoRecordSchemaIsAnError(_ text: String) throws {
        #expect(throws: CartloadError.self) { try Schema(jsonSchema: JSONValue(parsing: text)) }
    }

    @Test func schemasAreInferredAndWidenedByBlock() throws {
        var diagnostics = Diagnostics()
        let first = RecordBatch(.rows(Rows([#"{"id":1,"at":"2025-01-01T00:00:00Z","on":"2025-01-01","x":1}"#])))
        let second = RecordBatch(.rows(Rows([#"{"id":2,"at":"2025-01-01","x":1.5,"y":[]}"#])))
        let one = try Schema.inferred(from: first, detectsMoments: true, &diagnostics)
        #expect(one.fields.map(\.type) == [.integer, .timestamp(zoned: true), .date, .integer])
        let both = one.widened(with: try Schema.inferred(from: second, detectsMoments: true, &diagnostics))
        #expect(both.fields.map(\.name) == ["id", "at", "on", "x", "y"])
        #expect(both.fields.map(\.type) == [.integer, .string, .date, .number, .json])
    }
}

// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadCore

@Suite struct RowsColumnsTests {
    private func batch(_ lines: [String]) throws -> RecordBatch {
        var diagnostics = Diagnostics()
        let rows = try Rows.scan(Bytes(lines.joined(separator: "\n") + "\n"), &diagnostics)
        #expect(diagnostics.rejects.isEmpty)
        return RecordBatch(.rows(rows), origin: Location(source: "x.jsonl", line: 1, byte: 0, record: 1))
    }

    private func column(
        _ lines: [String], _ form: Projection.Item.Form = .inferred, path: [String] = ["a"]
    ) throws -> (column: Column, kept: Selection?, diagnostics: Diagnostics) {
        var diagnostics = Diagnostics()
        let projected = try batch(lines).columns(
            Projection([Projection.Item("a", path: path, form)]), &diagnostics)
        return (projected.columns.columns[0], projected.kept, diagnostics)
    }

    /// The cells as JSON.
    private func cells(_ column: Column) -> [String] {
        var output = BytesBuilder()
        var diagnostics = Diagnostics()
        let columns = Columns(schema: Schema([Field("a", column.type)]), columns: [column], count: column.count)
        RecordBatch(.columns(columns)).writeJSONLines(into: &output, &diagnostics)
        return output.finish().text.split(separator: "\n").map { String($0.dropFirst(5).dropLast()) }
    }

    @Test(
        arguments: [
            (["1", "2", "null"], FieldType.integer, ["1", "2", "null"]),
            (["1", "2.5", "-3"], .number, ["1.0", "2.5", "-3.0"]),
            (["2.5", "1"], .number, ["2.5", "1.0"]),
            (["true", "false"], .boolean, ["true", "false"]),
            ([#""x""#, #""\u00e9\n""#], .string, [#""x""#, #""é\n""#]),
            (["1", #""x""#], .json, ["1", #""x""#]),
            ([#""x""#, "1", "true"], .json, [#""x""#, "1", "true"]),
            (["{\"b\":1}", "[1]"], .json, ["{\"b\":1}", "[1]"]),
            (["1", "[1]", "null"], .json, ["1", "[1]", "null"]),
            (["1", "123456789012345678901234567890"], .integer, ["1", "123456789012345678901234567890"]),
            (
                ["9223372036854775807", "-9223372036854775808"], .integer,
                ["9223372036854775807", "-9223372036854775808"]
            ),
            (["9223372036854775808"], .integer, ["9223372036854775808"]),
            (["9007199254740993", "0.5"], .decimal(), ["9007199254740993", "0.5"]),
            (["0.5", "9007199254740993"], .decimal(), ["0.5", "9007199254740993"]),
            (["1", "1E+400"], .decimal(), ["1", "1E+400"]),
            (["1.5", "0.12345678901234567890123"], .decimal(), ["1.5", "0.12345678901234567890123"]),
            (
                ["123456789012345678901234567890", "1.5", #""x""#], .json,
                ["123456789012345678901234567890", "1.5", #""x""#]
            ),
            (["null", "null"], .null, ["null", "null"]),
            (["null", "1"], .integer, ["null", "1"]),
            (["-0.0", "1e-7", "1.10"], .number, ["-0.0", "1e-07", "1.1"]),
        ] as [([String], FieldType, [String])])
    func inferenceTakesTheNarrowestTypeThatChangesNothing(
        _ values: [String], _ type: FieldType, _ expected: [String]
    ) throws {
        let (column, kept, diagnostics) = try column(values.map { "{\"z\":0,\"a\":\($0)}" })
        #expect(column.type == type)
        #expect(cells(column) == expected)
        #expect(kept == nil)
        #expect(diagnostics.isEmpty)
    }

    @Test(
        arguments: [
            ("true", FieldType.boolean, true), ("1", .boolean, false), ("1", .integer, true), ("1.0", .integer, true),
            ("1e3", .integer, true), ("1.5", .integer, false), ("\"1\"", .integer, false), ("1", .number, true),
            ("1e999", .number, false), ("\"1\"", .number, false), ("1.10", .decimal(), true),
            ("\"1.10\"", .decimal(), true),
            ("\"x\"", .decimal(), false), ("\"x\"", .string, true), ("1", .string, false),
            ("\"2025-01-31T10:00:00Z\"", .timestamp(zoned: true), true),
            ("\"2025-01-31 23:59:60.123456+01:00\"", .timestamp(zoned: true), true),
            ("\"2025-01-31T24:00:00Z\"", .timestamp(zoned: true), false),
            ("\"2025-02-31T10:00:00Z\"", .timestamp(zoned: true), false), ("\"x\"", .timestamp(zoned: true), false),
            ("\"0001-01-01\"", .date, true), ("\"0000-01-01\"", .date, false),
            ("\"12025-01-01\"", .date, false), ("\"2025-13-01\"", .date, false),
            ("\"10:00\"", .time, true), ("\"25:00\"", .time, false), ("{}", .object(Schema()), true),
            ("[]", .object(Schema()), false), ("[1]", .array(.integer), true), ("1", .json, true),
            ("null", .integer, true),
        ] as [(String, FieldType, Bool)])
    func aTypedColumnTakesWhatFitsAndRejectsTheRest(_ value: String, _ type: FieldType, _ fits: Bool) throws {
        let (column, kept, diagnostics) = try column(
            ["{\"a\":null}", "{\"a\":\(value)}", "{\"b\":1}"], .typed(type))
        #expect(column.type == type)
        #expect(diagnostics.rejects.count == (fits ? 0 : 1))
        #expect(kept == (fits ? nil : .rows([0, 2])))
        #expect(column.count == (fits ? 3 : 2))
        if !fits {
            let reject = try #require(diagnostics.rejects.first)
            #expect(reject.code == .wrongRecordType)
            #expect(reject.location == Location(source: "x.jsonl", line: 2, byte: 16, record: 2, field: "a"))
            #expect(reject.record?.text == "{\"a\":\(value)}")
        }
    }

    @Test func wideIntegersKeepTheirDigitsInATypedColumn() throws {
        let (column, _, _) = try column(
            ["{\"a\":1}", "{\"a\":2.0}", "{\"a\":18446744073709551616}"], .typed(.integer))
        #expect(column.type == .integer)
        #expect(cells(column) == ["1", "2", "18446744073709551616"])
    }

    @Test func rawColumnsHoldTheTextAsItWasWritten() throws {
        let values = ["1.10", " [1, 2 ] ", "\"\\u0041\" ", "1E+400", "{ \"x\" : 1 }"]
        let (column, _, _) = try column(values.map { "{ \"a\" : \($0) , \"b\":1}" }, .raw)
        #expect(column.type == .json)
        #expect(cells(column) == ["1.10", "[1, 2 ]", "\"\\u0041\"", "1E+400", "{ \"x\" : 1 }"])
    }

    @Test func theLastOfRepeatedKeysCounts() throws {
        let (flat, _, _) = try column([#"{"a":1,"b":0,"a":"x"}"#])
        #expect(cells(flat) == [#""x""#])
        let lines = [#"{"a":{"b":1},"a":{"c":2}}"#, #"{"a":{"b":1},"a":5}"#, #"{"a":{"c":1},"a":{"b":7,"b":8}}"#]
        let (nested, _, _) = try column(lines, path: ["a", "b"])
        #expect(cells(nested) == ["null", "null", "8"])
    }

    @Test func escapedKeysAreTheirUnescapedSelves() throws {
        let lines = [#"{"\u0061":1}"#, #"{"a":2}"#, #"{"\u0061":3,"b":1}"#]
        #expect(cells(try column(lines).column) == ["1", "2", "3"])
        var diagnostics = Diagnostics()
        let all = try batch(lines).columns(.all, &diagnostics)
        #expect(all.columns.schema.fields.map(\.name) == ["a", "b"])
    }

    @Test func loneSurrogatesAreReplacedAndCountedInText() throws {
        let (column, _, diagnostics) = try column([#"{"a":"x\ud800y"}"#, #"{"a":"\ud83d\ude00\udc00\u0000"}"#])
        #expect(cells(column) == ["\"x\u{fffd}y\"", "\"😀\u{fffd}\\u0000\""])
        #expect(diagnostics.warnings == [.loneSurrogate: 2])
    }

    @Test func allFieldsAreFoundInOrderOfAppearance() throws {
        var diagnostics = Diagnostics()
        let lines = [#"{"b":1,"a":"x"}"#, #"{"c":true,"a":"y","b":2.5}"#, "{}", #"{"d":null,"":[]}"#]
        let all = try batch(lines).columns(.all, &diagnostics)
        #expect(all.columns.schema.fields.map(\.name) == ["b", "a", "c", "d", ""])
        #expect(all.columns.schema.fields.map(\.type) == [.number, .string, .boolean, .null, .json])
        #expect(cells(all.columns.columns[2]) == ["null", "true", "null", "null"])
        #expect(cells(all.columns.columns[4]) == ["null", "null", "null", "[]"])
    }

    @Test func aSelectionIsExtractedInItsOrder() throws {
        var batch = try batch((0..<5000).map { "{\"a\":\($0),\"s\":\"\\n\($0)\"}" })
        var diagnostics = Diagnostics()
        for rows in [[0, 1, 2], [7, 4000, 4001, 4999], Array(stride(from: 3, to: 5000, by: 7)), []] {
            batch.selection = .rows(rows.map { Int32($0) })
            let columns = try batch.columns(Projection([.init("a"), .init("s", .typed(.string))]), &diagnostics).columns
            #expect(cells(columns.columns[0]) == rows.map { "\($0)" })
            #expect(cells(columns.columns[1]) == rows.map { "\"\\n\($0)\"" })
        }
        batch.selection = .range(100..<103)
        #expect(
            cells(try batch.columns(Projection([.init("a")]), &diagnostics).columns.columns[0]) == [
                "100", "101", "102",
            ])
        #expect(diagnostics.isEmpty)
    }

    @Test func rowsThatAreNotJSONAreRejectedNotTrusted() throws {
        var diagnostics = Diagnostics()
        let batch = RecordBatch(.rows(Rows([#"{"a":1}"#, #"{"a":"#, "", "x", #"{"a":1}}"#, #"{"a":2}"#])))
        let projected = try batch.columns(Projection([.init("a")]), &diagnostics)
        #expect(cells(projected.columns.columns[0]) == ["1", "2"])
        #expect(projected.kept == .rows([0, 5]))
        #expect(diagnostics.rejects.count == 4)
    }

    @Test func rejectedLinesBetweenRecordsAreNoObstacle() throws {
        var diagnostics = Diagnostics()
        let rows = try Rows.scan(Bytes("{\"a\":1}\n{\"open\n{\"a\":2}\n\u{1}\n{\"a\":3}\n"), &diagnostics)
        #expect(diagnostics.rejects.count == 2)
        let projected = try RecordBatch(.rows(rows)).columns(Projection([.init("a")]), &diagnostics)
        #expect(cells(projected.columns.columns[0]) == ["1", "2", "3"])
        #expect(diagnostics.rejects.count == 2)
    }

    @Test func tooManyFieldsAreAnError() throws {
        let line = "{" + (0..<5000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
        var diagnostics = Diagnostics()
        let batch = try batch([line])
        #expect(throws: CartloadError.self) { try batch.columns(.all, &diagnostics) }
    }
}

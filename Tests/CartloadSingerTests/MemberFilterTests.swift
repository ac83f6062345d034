// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import TestSupport
import Testing

@testable import CartloadSinger

/// Members that are taken out of JSON text, against the same done to parsed values.
@Suite struct MemberFilterTests {
    private static let names = ["a", "b", "c", "longer key", "\"", "é", "d\\e"]
    /// The names as keys of text, spelt in several ways.
    private static let keys = [
        #""a""#, #""\u0061""#, #""b""#, #""c""#, #""\u0063""#, #""longer key""#, #""longer\u0020key""#, #""\"""#,
        #""\u0022""#, #""é""#, #""\u00e9""#, #""d\\e""#, #""d\u005ce""#, #""A""#, #""""#,
    ]

    private func filtered(_ text: String, _ paths: [[String]]) -> String {
        var output = BytesBuilder()
        MemberFilter(removing: paths).copy(Bytes(text), into: &output)
        return output.finish().text
    }

    private func reference(_ value: JSONValue, _ paths: [[String]]) -> JSONValue {
        guard case .object(let object) = value else { return value }
        var kept = JSONObject()
        for (name, value) in object.members where !paths.contains([name]) {
            kept[name] = reference(value, paths.filter { $0.count > 1 && $0[0] == name }.map { Array($0.dropFirst()) })
        }
        return .object(kept)
    }

    @Test(arguments: [
        (#"{"a":1,"b":2}"#, ["a"], #"{"b":2}"#), (#"{"a":1}"#, ["a"], "{}"), ("{}", ["a"], "{}"),
        (#"{ "b" : [1, {"a": 2}] , "a" : {"x": "}"} }"#, ["a"], #"{"b" : [1, {"a": 2}]}"#),
        (#"{"b":"a","a":"b","c":null}"#, ["a"], #"{"b":"a","c":null}"#),
        (#"{"a":"\\","b":1.50}"#, ["a"], #"{"b":1.50}"#), (#"{"a":"\\\"","b":-0}"#, ["a"], #"{"b":-0}"#),
        (#"{"\u0061":1,"b":"\u0061"}"#, ["a"], #"{"b":"\u0061"}"#),
        (#"{"a":1,"b":2,"a":3}"#, ["a"], #"{"b":2}"#),
        (#"{"a":{"b":1,"c":2},"b":3}"#, ["a.b"], #"{"a":{"c":2},"b":3}"#),
        (#"{"a":{"b":1}}"#, ["a.b"], #"{"a":{}}"#), (#"{"a":[{"b":1}]}"#, ["a.b"], #"{"a":[{"b":1}]}"#),
        (#"{"a":null}"#, ["a.b"], #"{"a":null}"#), (#"{"a":"{\"b\":1}"}"#, ["a.b"], #"{"a":"{\"b\":1}"}"#),
        (#"{"a":{"b":{"c":1,"d":[]}}}"#, ["a.b.c", "a.x"], #"{"a":{"b":{"d":[]}}}"#),
        (#"{"a":{"b":1}}"#, ["a", "a.b"], "{}"), (#"{"a":{"b":1}}"#, ["a.b", "a"], "{}"),
    ])
    func membersAreTakenOutAndTheRestStaysAsItIs(text: String, paths: [String], expected: String) {
        #expect(filtered(text, paths.map { $0.split(separator: ".").map(String.init) }) == expected)
    }

    @Test func itIsTheSameAsForParsedValues() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = RandomJSON(seed: seed)
        for round in 0..<3000 {
            let text = random.object(keys: Self.keys)
            let paths = (0..<1 + random.below(3)).map { _ in
                (0..<1 + random.below(3)).map { _ in random.pick(Self.names) }
            }
            let value = try JSONValue(parsing: text)
            let result = filtered(text, paths)
            let parsed = try? JSONValue(parsing: result)
            #expect(parsed == reference(value, paths), "round \(round), seed \(seed): \(text) without \(paths)")
            if parsed == nil { return }
        }
    }

    /// Columns of JSON texts and rows lose the same.
    @Test func columnsAndRowsLoseTheSame() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = RandomJSON(seed: seed)
        for _ in 0..<200 {
            let texts = (0..<5).map { _ in #"{"a":\#(random.object(keys: Self.keys)),"b":\#(random.value())}"# }
            let paths = [["a", random.pick(Self.names)], ["a", "a", "b"], [random.pick(["b", "c"])]]
            let processor = SelectionProcessor(without: paths)
            var diagnostics = Diagnostics()
            let rows = RecordBatch(.rows(Rows(texts)))
            let columns = RecordBatch(.columns(try rows.columns(.all, &diagnostics).columns))
            let fromRows = try processor.process(rows, &diagnostics).records().map(\.object)
            let fromColumns = try processor.process(columns, &diagnostics).records().map(\.object)
            #expect(fromRows.map { $0["a"] } == fromColumns.map { $0["a"] }, "seed \(seed)")
            #expect(fromColumns.allSatisfy { paths[2] == ["c"] || $0["b"] == nil }, "seed \(seed)")
            let expected = texts.compactMap { try? JSONValue(parsing: $0) }.map { reference($0, paths) }
            #expect(fromRows.map { JSONValue.object($0) } == expected, "seed \(seed)")
        }
    }

    @Test func whatIsLeftOfASelectionIsFiltered() throws {
        var diagnostics = Diagnostics()
        let batch = RecordBatch(
            .rows(Rows([#"{"id":1,"a":1}"#, #"{"id":2,"a":2}"#, #"{"id":3,"a":3}"#])), selection: .rows([0, 2]))
        let result = try SelectionProcessor(without: [["a"]]).process(batch, &diagnostics)
        #expect(try result.records().map { JSONValue.object($0.object).description } == [#"{"id":1}"#, #"{"id":3}"#])
    }

    @Test func theSchemaLosesThemToo() throws {
        let schema = Schema([
            Field("id", .integer), Field("a", .object(Schema([Field("b", .string), Field("c", .string)]))),
        ])
        let filtered = try SelectionProcessor(without: [["id"], ["a", "b"]]).schema(from: schema)
        #expect(filtered == Schema([Field("a", .object(Schema([Field("c", .string)])))]))
    }
}

// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import CartloadCore

@Suite struct JSONDocumentTests {
    private func scan(_ text: String, _ paths: [[String]] = [], listing: [String]? = nil) throws -> JSONDocument {
        var diagnostics = Diagnostics()
        return try JSONDocument(scanning: Bytes(text), finding: paths, listing: listing, &diagnostics)
    }

    @Test func recordsAreCutOutAsTheyWereWritten() throws {
        let text =
            "\u{feff} {\"ok\": true, \"data\": {\"rows\": [ {\"n\": 1.0e0} ,{\"n\":12345678901234567890123}]}, \"next\":\"a\\u0062\"}\n"
        let document = try scan(
            text, [["ok"], ["next"], ["none"], ["data", "rows", "1", "n"]], listing: ["data", "rows"])
        let rows = try #require(document.rows)
        #expect((0..<rows.count).map { rows[$0].text } == ["{\"n\": 1.0e0}", "{\"n\":12345678901234567890123}"])
        #expect(document.text(0)?.text == "true" && document.text(2) == nil)
        #expect(try document.value(1) == "ab")
        #expect(document.text(3)?.text == "12345678901234567890123")
    }

    @Test func aRecordInSeveralLinesIsPutIntoOne() throws {
        let document = try scan("[\n {\"a\":\r\n 1},\n {\"b\": \"x\\ny\"}\n]\n", listing: [])
        let rows = try #require(document.rows)
        #expect((0..<rows.count).map { rows[$0].text } == ["{\"a\":   1}", "{\"b\": \"x\\ny\"}"])
    }

    @Test(
        arguments: [
            ("[]", [], 0), ("[{},{\"a\":[1]}]", [], 2), ("{\"a\":1}", [], 1), ("{\"r\":{\"x\":2}}", ["r"], 1),
            ("{\"r\":[{}],\"r\":[{},{},{}]}", ["r"], 3), ("[[{}],[{},{}]]", ["1"], 2),
        ] as [(String, [String], Int)])
    func recordsStandInAnArrayOrAlone(text: String, path: [String], count: Int) throws {
        #expect(try scan(text, listing: path).rows?.count == count)
    }

    @Test(arguments: ["{}", "{\"r\":null}", "{\"r\":1}", "{\"r\":\"[]\"}", "{\"q\":{\"r\":[]}}", "[]"])
    func whereNoRecordsCanBeThereAreNoRows(text: String) throws {
        #expect(try scan(text, listing: ["r"]).rows == nil)
    }

    @Test func whatIsNoObjectIsRejectedAndNotFiniteNumbersBecomeNull() throws {
        var diagnostics = Diagnostics()
        let text = "{\"x\":NaN,\"r\":[{\"a\":1},7,{\"a\":-Infinity,\"b\":NaN},null,{\"a\":2}],\"y\":Infinity}"
        let rows = try #require(
            try JSONDocument(
                scanning: Bytes(text), listing: ["r"], origin: Location(source: "s", record: 101), &diagnostics
            ).rows)
        #expect((0..<rows.count).map { rows[$0].text } == ["{\"a\":1}", "{\"a\":null,\"b\":null}", "{\"a\":2}"])
        #expect(diagnostics.rejects.map(\.location.record) == [102, 104])
        #expect(diagnostics.rejects.map { $0.record?.text } == ["7", "null"])
        #expect(diagnostics.warnings == [.notFinite: 2])
    }

    @Test(arguments: [
        "", " ", "<html></html>", "1", "\"a\"", "[1", "[", "[[[[[[", "{\"a\":[1,2}", "{\"a\":1}}", "[]]", "{} {}",
        "[1,]", "[,]",
        "{\"a\"}", "{\"a\":\"b", "[1 2]", "{\"a\":\"\\x\"}", "[tru]", "[01]", "{\"a\":\"\u{1}\"}", "[\"a\":1]", "[{]}",
    ])
    func whatIsNotWholeJSONIsAnError(text: String) {
        #expect(throws: CartloadError.self) { try scan(text, [["a"], ["0"]], listing: []) }
        #expect(throws: CartloadError.self) { try scan(text) }
    }

    @Test func aTextThatBreaksOffSaysSo() {
        for text in ["{\"a\": [1, 2", "[{\"a\": \"b"] {
            let error = #expect(throws: CartloadError.self) { try scan(text) }
            #expect(error?.code == .truncatedJSON)
        }
    }

    @Test(arguments: 0..<80)
    func itFindsWhatASlowParserFinds(_ seed: Int) throws {
        var generator = RandomJSON(seed: UInt64(seed))
        let names = ["a", "b", "c", "longer key", "0", "1", "2"]
        for _ in 0..<30 {
            let text = generator.object(depth: 0)
            let value = try JSONValue(parsing: text)
            let paths = (0..<5).map { _ in (0..<generator.below(4)).map { _ in generator.pick(names) } }
            let listed = paths[0]
            var diagnostics = Diagnostics()
            let document = try JSONDocument(
                scanning: Bytes(text), finding: paths, listing: listed, origin: Location(record: 1), &diagnostics)
            for (index, path) in paths.enumerated() {
                #expect(try document.value(index) == value.at(path), "seed \(seed), \(path) of \(text)")
            }
            let expected: [JSONValue]? =
                switch value.at(listed) {
                case .array(let elements)?: elements.filter { $0.objectValue != nil }
                case .object(let object)?: [.object(object)]
                default: nil
                }
            let rows = try document.rows.map { rows in
                try (0..<rows.count).map { try JSONValue(parsing: rows[$0]) }
            }
            #expect(rows == expected, "seed \(seed), \(listed) of \(text)")
        }
    }

    @Test(arguments: 0..<40)
    func damagedTextsAreTakenAndRefusedAsByASlowParser(_ seed: Int) throws {
        var generator = RandomJSON(seed: UInt64(seed))
        for _ in 0..<200 {
            var bytes = Array("[\(generator.object()),\(generator.value())]".utf8)
            for _ in 0..<1 + generator.below(2) {
                let place = generator.below(bytes.count)
                switch generator.below(3) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = generator.pick(Array("{}[]:,\"\\ 1a".utf8))
                default: bytes = Array(bytes[..<place]) + [UInt8(ascii: "[")]
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            var diagnostics = Diagnostics()
            let slow = try? JSONValue(parsing: Bytes(bytes))
            let fast = try? JSONDocument(scanning: Bytes(bytes), finding: [["0", "a"], []], listing: [], &diagnostics)
            let isContainer = slow?.arrayValue != nil || slow?.objectValue != nil
            #expect((fast != nil) == isContainer, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            if let fast { #expect(try fast.value(1) == slow, "seed \(seed)") }
        }
    }
}

extension JSONValue {
    /// The value at a path, in which digits are a position in an array.
    fileprivate func at(_ path: [String]) -> JSONValue? {
        path.reduce(self as JSONValue?) { value, name in
            switch value {
            case .object(let object)?: object[name]
            // A literal nil would be the JSON null.
            case .array(let elements)?: Int(name).map { elements.dropFirst($0).first } ?? JSONValue?.none
            default: JSONValue?.none
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadCore

@Suite struct RowsScanTests {
    private func scan(
        _ text: String, isFirst: Bool = false, origin: Location = Location()
    ) throws -> (rows: Rows, diagnostics: Diagnostics) {
        try scan(Bytes(text), isFirst: isFirst, origin: origin)
    }

    private func scan(
        _ bytes: Bytes, isFirst: Bool = false, origin: Location = Location()
    ) throws -> (rows: Rows, diagnostics: Diagnostics) {
        var diagnostics = Diagnostics()
        let rows = try Rows.scan(bytes, origin: origin, isFirst: isFirst, &diagnostics)
        var slowly = Diagnostics()
        let others = try Rows.scanOneByOne(bytes, origin: origin, isFirst: isFirst, &slowly)
        #expect((0..<rows.count).map { rows[$0] } == (0..<others.count).map { others[$0] })
        #expect(diagnostics.rejects == slowly.rejects)
        #expect(diagnostics.warnings == slowly.warnings)
        return (rows, diagnostics)
    }

    private func texts(_ rows: Rows) -> [String] { (0..<rows.count).map { rows[$0].text } }

    @Test func recordsAreFoundAndCanBeWrittenAsTheyAre() throws {
        let text = "{\"id\":1}\n{\"id\":2,\"tags\":[1,{\"x\":[]}]}\n{}\n"
        let (rows, diagnostics) = try scan(text)
        #expect(texts(rows) == ["{\"id\":1}", "{\"id\":2,\"tags\":[1,{\"x\":[]}]}", "{}"])
        #expect(rows.isLineFed)
        #expect(diagnostics.isEmpty)
    }

    @Test(arguments: [
        ("blank lines", "\n{\"a\":1}\n\n  \t\n{\"a\":2}\n"),
        ("carriage returns", "{\"a\":1}\r\n{\"a\":2}\r\n"),
        ("no line feed at the end", "{\"a\":1}\n{\"a\":2}"),
        ("white space around", "  {\"a\":1} \n\t{\"a\":2}\t\n"),
        ("a byte order mark", "\u{feff}{\"a\":1}\n{\"a\":2}\n\n"),
    ])
    func layoutIsTolerated(_ name: String, _ text: String) throws {
        let (rows, diagnostics) = try scan(text, isFirst: true)
        #expect(texts(rows) == ["{\"a\":1}", "{\"a\":2}"])
        #expect(!rows.isLineFed)
        #expect(diagnostics.isEmpty)
    }

    @Test(arguments: ["", "\n", " \n\r\n\t", "\u{feff}"])
    func nothingIsNoRecord(_ text: String) throws {
        let (rows, diagnostics) = try scan(text, isFirst: true)
        #expect(rows.count == 0)
        #expect(diagnostics.isEmpty)
    }

    @Test(arguments: [
        ("{\"a\":nonsense}", "json.invalid", 5), ("{\"b\":01}", "json.invalid", 5), ("{\"a\":1.}", "json.invalid", 5),
        ("{\"a\":.5}", "json.invalid", 5), ("{\"a\":1e}", "json.invalid", 5), ("{\"a\":+1}", "json.invalid", 5),
        ("{\"a\":-}", "json.invalid", 5), ("{\"a\":1x}", "json.invalid", 5), ("{\"a\":truex}", "json.invalid", 5),
        ("{\"a\":true\"x\"}", "json.invalid", 5), ("{\"a\":nul}", "json.invalid", 5), ("{a:1}", "json.invalid", 1),
        ("{\"a\" 1}", "json.invalid", 5), ("{\"a\":1 \"b\":2}", "json.invalid", 7), ("{\"a\":1,}", "json.invalid", 7),
        ("{,\"a\":1}", "json.invalid", 1), ("{\"a\":[1,]}", "json.invalid", 8), ("{\"a\":[,1]}", "json.invalid", 6),
        ("{\"a\":[1}}", "json.invalid", 7), ("{\"a\":{1]}", "json.invalid", 6), ("{\"a\":\"\\x\"}", "json.invalid", 6),
        ("{\"a\":\"\\u12g4\"}", "json.invalid", 6), ("{\"\\q\":1}", "json.invalid", 2),
        ("{\"a\":1} x", "json.invalid", 8),
        ("{\"a\":1}{\"a\":2}", "json.invalid", 7), ("{\"a\":\"b}", "json.invalid", 5),
        ("[1,2]", "json.not-an-object", 0),
        ("1", "json.not-an-object", 0), ("\"x\"", "json.not-an-object", 0), ("null", "json.not-an-object", 0),
        ("{\"a\":\"\t\"}", "json.invalid", 6), ("}", "json.not-an-object", 0), ("{\"a\":1,\"b\"", "json.truncated", 10),
        ("{\"a\":", "json.truncated", 5), ("{", "json.truncated", 1), ("{\"a\":[1,2", "json.truncated", 9),
        ("{\"a\":\u{c}1}", "json.invalid", 5), ("{\"a\":\u{1a}}", "json.invalid", 5),
        ("{\"a\":1,\"b\":}", "json.invalid", 11),
        ("{\"a\":-Infinit}", "json.invalid", 5), ("{\"a\":Na}", "json.invalid", 5),
        ("{\"a\":\\u0031}", "json.invalid", 5),
    ])
    func aBadLineIsRejectedWithItsPlaceAndTheOthersKept(_ bad: String, _ code: String, _ offset: Int) throws {
        let text = "{\"id\":\"☂\"}\n\(bad)\n{\"id\":2}\n"
        let (rows, diagnostics) = try scan(text, origin: Location(source: "x.jsonl", line: 10, byte: 1000, record: 5))
        #expect(texts(rows) == ["{\"id\":\"☂\"}", "{\"id\":2}"])
        #expect(!rows.isLineFed)
        let reject = try #require(diagnostics.rejects.first)
        #expect(diagnostics.rejects.count == 1)
        #expect(reject.code.rawValue == code)
        #expect(reject.location == Location(source: "x.jsonl", line: 11, byte: 1013 + offset, record: 6))
        #expect(reject.record?.text == bad)
    }

    @Test func badUTF8IsRejectedAtItsByte() throws {
        let bytes = Bytes(Array("{\"a\":1}\n{\"a\":\"x".utf8) + [0xff] + Array("\"}\n{\"a\":2}\n".utf8))
        let (rows, diagnostics) = try scan(bytes)
        #expect(rows.count == 2)
        #expect(diagnostics.rejects.map(\.location.byte) == [15])
        #expect(diagnostics.rejects.map(\.location.line) == [2])
    }

    @Test(arguments: ["{\"a\":1}\n{\"a\":\"cut o", "{\"a\":1}\n{\"a\":[1,", "{\"a\":1}\n{\"a\""])
    func aTruncatedLastLineIsAnErrorWithItsOffset(_ text: String) throws {
        let (rows, diagnostics) = try scan(text)
        #expect(rows.count == 1)
        #expect(diagnostics.rejects.map(\.code) == [.truncatedJSON])
        #expect(diagnostics.rejects.first?.location.line == 2)
    }

    @Test func aRecordMustNotSpanLines() throws {
        let (rows, diagnostics) = try scan("{\"a\":1,\n\"b\":2}\n{\"c\":3}\n")
        #expect(texts(rows) == ["{\"c\":3}"])
        #expect(diagnostics.rejects.count == 2)
    }

    @Test func notFiniteNumbersBecomeNullWithAWarning() throws {
        let (rows, diagnostics) = try scan("{\"a\":NaN}\n{\"b\":[Infinity, -Infinity ,1]}\n{\"c\":1}\n")
        #expect(texts(rows) == ["{\"a\":null}", "{\"b\":[null, null ,1]}", "{\"c\":1}"])
        #expect(rows.isLineFed)
        #expect(rows.bytes.text == "{\"a\":null}\n{\"b\":[null, null ,1]}\n{\"c\":1}\n")
        #expect(diagnostics.warnings == [.notFinite: 3])
    }

    @Test func notFiniteNumbersCanBeRefused() throws {
        var diagnostics = Diagnostics()
        let rows = try Rows.scan(Bytes("{\"a\":NaN}\n{\"b\":1}\n"), allowsNotFinite: false, &diagnostics)
        #expect(rows.count == 1)
        #expect(diagnostics.rejects.count == 1)
        #expect(diagnostics.warnings.isEmpty)
    }

    @Test func nestingIsBounded() throws {
        func nested(_ depth: Int) -> String {
            "{\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}\n"
        }
        let (rows, diagnostics) = try scan(nested(1023) + nested(1024) + nested(100_000))
        #expect(rows.count == 1)
        #expect(diagnostics.rejects.count == 2)
    }

    @Test func oddButValidTextIsKeptAsItIs() throws {
        let lines = [
            #"{"a":"\ud800","b":"\u0000","c":"\udc00\ud83d\ude00"}"#, #"{"a":1E+400,"b":1e-7,"c":-0.0,"d":1.10}"#,
            #"{"a":123456789012345678901234567890}"#, #"{"a":1,"a":2}"#, #"{"typ\u0065":"x"}"#,
            #"{ "a" : [ 1 , 2 ] , "b" : { } }"#, #"{"\\":"\\","\"":"\"\\\""}"#,
        ]
        let (rows, diagnostics) = try scan(lines.joined(separator: "\n") + "\n")
        #expect(texts(rows) == lines)
        #expect(diagnostics.isEmpty)
    }

    @Test func manyWindowsAndLongRecordsAreOneBlock() throws {
        var lines: [String] = []
        for index in 0..<4000 {
            lines.append("{\"id\":\(index),\"pad\":\"\(String(repeating: "é", count: index % 100))\"}")
        }
        lines.insert("{\"long\":\"\(String(repeating: "x", count: 300_000))\"}", at: 2000)
        lines.insert("{\"bad\":}", at: 3000)
        let (rows, diagnostics) = try scan(lines.joined(separator: "\n") + "\n")
        #expect(rows.count == 4001)
        #expect(diagnostics.rejects.map(\.location.line) == [3001])
    }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadTesting
import Testing

@testable import CartloadCore

@Suite struct JSONWriterTests {
    private func write(_ batch: RecordBatch, asciiOnly: Bool = false) -> (text: String, diagnostics: Diagnostics) {
        var output = BytesBuilder()
        var diagnostics = Diagnostics()
        batch.writeJSONLines(into: &output, asciiOnly: asciiOnly, &diagnostics)
        return (output.finish().text, diagnostics)
    }

    private func batch(_ fields: [(String, Column)]) -> RecordBatch {
        let schema = Schema(fields.map { Field($0.0, $0.1.type) })
        return RecordBatch(
            .columns(Columns(schema: schema, columns: fields.map(\.1), count: fields.first?.1.count ?? 0)))
    }

    @Test func everyKindOfColumnIsWritten() {
        let moments = Column(
            type: .timestamp(zoned: true),
            values: .int64(Buffer([0, -1, 1_735_689_600_123_000, 253_402_300_799_999_999] as [Int64])), count: 4)
        let days = Column(type: .date, values: .int64(Buffer([0, -1, 19_782, 11_016] as [Int64])), count: 4)
        let batch = batch([
            ("id", Column(integers: [1, nil, .min, .max])), ("ok", Column(booleans: [true, false, nil, true])),
            ("x", Column(numbers: [46, -0.0, 1e300, 0.1])),
            ("s", Column(.string, text: ["a\"b\\", "\u{1}\t", nil, "é"])),
            ("j", Column(.json, text: ["[1]", "{}", "\"x\"", nil])),
            ("d", Column(.decimal(), text: ["1.10", "NaN", "007", "-Infinity"])), ("n", .nulls(count: 4)),
            ("t", moments), ("day", days),
        ])
        let (text, diagnostics) = write(batch)
        #expect(
            text == """
                {"id":1,"ok":true,"x":46.0,"s":"a\\"b\\\\","j":[1],"d":1.10,"n":null,"t":"1970-01-01T00:00:00Z","day":"1970-01-01"}
                {"id":null,"ok":false,"x":-0.0,"s":"\\u0001\\t","j":{},"d":null,"n":null,"t":"1969-12-31T23:59:59.999999Z","day":"1969-12-31"}
                {"id":-9223372036854775808,"ok":null,"x":1e+300,"s":null,"j":"x","d":"007","n":null,"t":"2025-01-01T00:00:00.123Z","day":"2024-02-29"}
                {"id":9223372036854775807,"ok":true,"x":0.1,"s":"é","j":null,"d":null,"n":null,"t":"9999-12-31T23:59:59.999999Z","day":"2000-02-29"}

                """)
        #expect(diagnostics.warnings == [.notFinite: 2])
    }

    @Test func numbersThatAreNotFiniteBecomeNullWithAWarning() {
        let (text, diagnostics) = write(batch([("x", Column(numbers: [.nan, .infinity, 1.5]))]))
        #expect(text == "{\"x\":null}\n{\"x\":null}\n{\"x\":1.5}\n")
        #expect(diagnostics.warnings == [.notFinite: 2])
    }

    @Test func aSelectionIsHonoured() {
        var columns = batch([("a", Column(integers: [0, 1, 2, 3]))])
        columns.selection = .rows([1, 3])
        #expect(write(columns).text == "{\"a\":1}\n{\"a\":3}\n")
        columns.selection = .range(2..<4)
        #expect(write(columns).text == "{\"a\":2}\n{\"a\":3}\n")
        var rows = RecordBatch(.rows(Rows(["{\"a\":0}", "{\"a\":1}", "{\"a\":2}", "{\"a\":3}"])))
        rows.selection = .rows([0, 1, 3])
        #expect(write(rows).text == "{\"a\":0}\n{\"a\":1}\n{\"a\":3}\n")
    }

    @Test func recordEndsAreToldForRowsAndColumns() {
        var output = BytesBuilder()
        var diagnostics = Diagnostics()
        var ends: [Int32]? = []
        RecordBatch(.rows(Rows(["{}", "{\"a\":1}", "{}"]))).writeJSONLines(
            into: &output, recordEnds: &ends, &diagnostics)
        batch([("a", Column(integers: [5, 55]))]).writeJSONLines(into: &output, recordEnds: &ends, &diagnostics)
        #expect(ends == [3, 11, 14, 22, 31])
        #expect(output.finish().text == "{}\n{\"a\":1}\n{}\n{\"a\":5}\n{\"a\":55}\n")
    }

    @Test func outputCanBeKeptToASCII() {
        let text = "é\u{800}😀\u{7f}\n"
        let expected = "\"\\u00e9\\u0800\\ud83d\\ude00\u{7f}\\n\""
        #expect(
            write(batch([("ü", Column(.string, text: [text]))]), asciiOnly: true).text == "{\"\\u00fc\":\(expected)}\n")
        let row = RecordBatch(.rows(Rows(["{\"ü\":\"é😀\"}"])))
        #expect(write(row, asciiOnly: true).text == "{\"\\u00fc\":\"\\u00e9\\ud83d\\ude00\"}\n")
    }

    @Test func recordsWithoutFieldsAreEmptyObjects() {
        #expect(write(RecordBatch(.columns(Columns(schema: Schema(), columns: [], count: 2)))).text == "{}\n{}\n")
        #expect(write(batch([("a", Column(integers: []))])).text == "")
    }

    @Test(arguments: 0..<20)
    func longTextsGrowTheOutput(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let texts = (0..<300).map { _ in
            String(
                repeating: ["\u{1}", "x", "é", "\""].randomElement(using: &random) ?? "",
                count: Int(random.next() % 3000))
        }
        let (text, _) = write(batch([("a", Column(.string, text: texts))]))
        let lines = text.split(separator: "\n")
        #expect(lines.count == texts.count)
        for (line, expected) in zip(lines, texts) {
            #expect(try JSONValue(parsing: String(line))["a"]?.stringValue == expected)
        }
    }

    @Test(arguments: 0..<50)
    func doublesReadBackAsTheyWere(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var values: [Double] = []
        for _ in 0..<500 {
            values.append(Double(bitPattern: random.next()))
            values.append(
                Double(Int64(bitPattern: random.next()) >> 20)
                    / ([1, 10, 100, 1000, 1e4, 1e5, 3].randomElement(using: &random) ?? 1))
        }
        values = values.filter(\.isFinite)
        let lines = write(batch([("a", Column(numbers: values))])).text.split(separator: "\n")
        for (line, value) in zip(lines, values) {
            let text = line.dropFirst(5).dropLast()
            #expect(Double(text) == value && text.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") })
            #expect(text.utf8.count <= max("\(value)".utf8.count, 26))
        }
    }
}

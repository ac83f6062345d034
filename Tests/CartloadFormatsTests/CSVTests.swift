// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadTesting
import Testing

/// A CSV text read to the end.
struct CSVReading {
    var names: [String] = []
    var types: [String] = []
    /// Cells as text, nil for null.
    var rows: [[String?]] = []
    var rejects: [Diagnostic] = []

    init(
        _ text: Bytes, _ options: CSVOptions = .csv, blockSize: Int = 1 << 16, piece: Int = .max,
        maximumRecords: Int? = nil
    ) throws {
        let format = CSVFormat(options)
        let splitter = try format.splitter(
            over: ScriptedReader(text, name: "t.csv", pieces: { _ in piece }), SplitOptions(blockSize: blockSize))
        names = splitter.schema?.fields.map(\.name) ?? []
        types = splitter.schema?.fields.map(\.type.description) ?? []
        var expected = 0
        while let block = try splitter.next(maximumRecords: maximumRecords) {
            expected += block.recordCount ?? 0
            var diagnostics = Diagnostics()
            let batch = try block.batch(format, splitter.decoder, source: "t.csv").opened(&diagnostics)
            rejects += diagnostics.rejects
            guard case .columns(let columns) = batch.body else { continue }
            for row in 0..<columns.count { rows.append(columns.columns.map { $0.text(row) }) }
        }
        if rows.count + rejects.count != expected {
            Issue.record("\(expected) records were counted, \(rows.count) read and \(rejects.count) rejected")
        }
    }

    init(_ text: String, _ options: CSVOptions = .csv) throws { try self.init(Bytes(text), options) }
}

extension Column {
    func text(_ row: Int) -> String? {
        if isNull(row) { return nil }
        return switch values {
        case .null: nil
        case .boolean(let bits): "\(bits[row])"
        case .int64(let values): "\(values[row])"
        case .float64(let values): "\(values[row])"
        case .text(let texts): texts[row]
        }
    }
}

func strings(_ change: (inout CSVOptions) -> Void = { _ in }) -> CSVOptions {
    var options = CSVOptions.csv
    options.delimiter = UInt8(ascii: ",")
    options.infersTypes = false
    change(&options)
    return options
}

@Suite struct CSVTests {
    @Test(
        arguments: [
            ("plain", "a,b\n1,2\n", [["1", "2"]]),
            ("no last line end", "a,b\n1,2", [["1", "2"]]),
            ("CRLF", "a,b\r\n1,2\r\n3,4\r\n", [["1", "2"], ["3", "4"]]),
            ("CR alone", "a,b\r1,2\r3,4", [["1", "2"], ["3", "4"]]),
            ("CR alone and last", "a,b\r1,2\r", [["1", "2"]]),
            ("quoted delimiter", "a,b\n\"1,5\",2\n", [["1,5", "2"]]),
            ("quoted newline", "a,b\n\"1\n5\",\"2\r\n3\"\n", [["1\n5", "2\r\n3"]]),
            ("doubled quotes", "a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", [["say \"hi\"", "\""]]),
            ("empty and null", "a,b\n\"\",\n", [["", nil]]),
            ("all null", "a,b\n,\n", [[nil, nil]]),
            ("quote in unquoted cell", "a,b\n5\" pipe,6\"\n7,8\n", [["5\" pipe", "6\""], ["7", "8"]]),
            ("spaces stay", "a,b\n 1 , 2\n", [[" 1 ", " 2"]]),
            ("blank lines", "a,b\n\n1,2\n\r\n\n3,4\n\n", [["1", "2"], ["3", "4"]]),
            ("blank lines first", "\n\r\na,b\n1,2\n", [["1", "2"]]),
            ("blanks count in one column", "a\n1\n\n2\n", [["1"], [nil], ["2"]]),
            ("byte order mark", "\u{feff}a,b\n1,2\n", [["1", "2"]]),
            ("quoted header", "\"a\",\"b\"\n1,2\n", [["1", "2"]]),
            ("unicode", "a,b\nñandú,🚚📦\n", [["ñandú", "🚚📦"]]),
            ("NUL", "a,b\n\0,1\n", [["\0", "1"]]),
            ("only a header", "a,b\n", []),
            ("nothing", "", []),
        ] as [(String, String, [[String?]])])
    func cellsAreReadAsRFC4180Says(_ name: String, _ text: String, _ rows: [[String?]]) throws {
        #expect(try CSVReading(text, strings()).rows == rows)
        for blockSize in [16, 20, 33] {
            #expect(try CSVReading(Bytes(text), strings(), blockSize: blockSize, piece: 1).rows == rows)
        }
    }

    @Test(
        arguments: [
            ("a,b\n1\n2,3\n", CartloadError.Code.fieldCount, 2, 4, [["2", "3"]]),
            ("a,b\n1,2,3\n2,3\n", .fieldCount, 2, 4, [["2", "3"]]),
            ("a,b\n1,2\n\"x\ny\",\"z\n4,5\n", .unclosedQuote, 3, 8, [["1", "2"]]),
            ("a,b\n\"x\ny\",2\n\"p\"q,5\n6,7", .strayQuote, 4, 12, [["x\ny", "2"], ["6", "7"]]),
            ("a,b\n\"p\"q\"r\",5\n6,7", .strayQuote, 2, 4, [["6", "7"]]),
        ] as [(String, CartloadError.Code, Int, Int, [[String?]])])
    func badRecordsAreRejectedWithTheirPlace(
        _ text: String, _ code: CartloadError.Code, _ line: Int, _ byte: Int, _ rows: [[String?]]
    ) throws {
        let reading = try CSVReading(text, strings())
        #expect(reading.rows == rows)
        #expect(reading.rejects.map(\.code) == [code])
        #expect(reading.rejects.first?.location.line == line)
        #expect(reading.rejects.first?.location.byte == byte)
        #expect(reading.rejects.first?.location.source == "t.csv")
    }

    @Test(
        arguments: [
            [0x80], [0xc0, 0x80], [0xc3], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80],
            [0xf0, 0x9f, 0x9a],
            [0xf4, 0x90, 0x80, 0x80], [0xff],
        ] as [[UInt8]])
    func illFormedUTF8IsRejected(_ bad: [UInt8]) throws {
        for before in [0, 1, 40, 61, 62, 63] {
            var bytes = Array("a,b\nä,2\n".utf8)
            bytes += [UInt8](repeating: 0x78, count: before) + bad + Array(",1\n3,ö".utf8)
            let reading = try CSVReading(Bytes(bytes), strings())
            #expect(reading.rows == [["ä", "2"], ["3", "ö"]], "\(before) before")
            #expect(reading.rejects.map(\.code) == [.invalidText])
            #expect(reading.rejects.first?.location.line == 3)
        }
    }

    @Test func shortRecordsCanBePadded() throws {
        let reading = try CSVReading("a,b,c\n1\n2,3\n1,2,3,4\n", strings { $0.shortRecords = .pad })
        #expect(reading.rows == [["1", nil, nil], ["2", "3", nil]])
        #expect(reading.rejects.map(\.code) == [.fieldCount])
    }

    @Test func quotesEscapesAndNullsCanBeOther() throws {
        let escaped = strings { $0.escape = UInt8(ascii: "\\") }
        #expect(try CSVReading("a,b\n\"x\\\"y\\\\\",\"1,2\"\n", escaped).rows == [["x\"y\\", "1,2"]])
        let single = strings { $0.quote = UInt8(ascii: "'") }
        #expect(try CSVReading("a,b\n'x,''y',\"z\n", single).rows == [["x,'y", "\"z"]])
        let none = strings { $0.quote = nil }
        #expect(try CSVReading("a,b\n\"x,y\"\n", none).rows == [["\"x", "y\""]])
        let nulls = strings { $0.nullTexts = ["NULL", "\\N"] }
        #expect(try CSVReading("a,b,c,d\nNULL,\"NULL\",,\\N\n", nulls).rows == [[nil, "NULL", "", nil]])
    }

    @Test func namesComeFromTheHeaderTheOptionsOrNowhere() throws {
        #expect(try CSVReading("x,,z\n1,2,3\n", strings()).names == ["x", "column2", "z"])
        let absent = try CSVReading("1,2\n3,4\n", strings { $0.header = .absent })
        #expect(absent.names == ["column1", "column2"] && absent.rows.count == 2)
        let named = try CSVReading("1,2\n3,4\n", strings { $0.header = .names(["x", "y"]) })
        #expect(named.names == ["x", "y"] && named.rows.count == 2)
        let wrong = #expect(throws: CartloadError.self) {
            try CSVReading("1,2\n", strings { $0.header = .names(["x"]) })
        }
        #expect(wrong?.code == .columnNames)
        let twice = #expect(throws: CartloadError.self) { try CSVReading("a,a\n1,2\n", strings()) }
        #expect(twice?.code == .duplicateColumn)
    }

    @Test(arguments: [",", ";", "\t", "|"])
    func theDelimiterIsFoundOut(_ delimiter: String) throws {
        let text = "a\(delimiter)b\n\"1,5;6\t7|8\"\(delimiter)2\n3\(delimiter)4\n"
        var options = CSVOptions.csv
        options.infersTypes = false
        for blockSize in [16, 1 << 16] {
            let reading = try CSVReading(Bytes(text), options, blockSize: blockSize)
            #expect(reading.rows == [["1,5;6\t7|8", "2"], ["3", "4"]])
        }
    }
}

@Suite struct CSVTypeTests {
    @Test(
        arguments: [
            (["1", "-20", "9223372036854775807", "-9223372036854775808", "0"], "integer"),
            (["1", "9223372036854775808"], "decimal"),
            (["01"], "string"), (["+1"], "string"), (["-0"], "number"), (["1 "], "string"),
            (["1", "2.5", "-1e10", "1E-3"], "number"),
            (["0.1234567890123456789"], "decimal"), (["0.30000000000000004"], "number"),
            (["9007199254740993", "0.5"], "decimal"), (["1."], "string"), ([".5"], "string"),
            (["1e400"], "decimal"), (["NaN"], "string"), (["0x10"], "string"), (["1_000"], "string"),
            (["true", "FALSE", "True"], "boolean"), (["tRue"], "string"), (["true", "1"], "string"),
            (["2024-02-29"], "date"), (["2023-02-29"], "string"), (["2024-13-01"], "string"),
            (["2024-02-29T10:00:00Z", "2024-02-29T10:00:00.123+02:00"], "timestamptz"),
            (["2024-02-29 10:00", "2024-02-29T10:00:00.5"], "timestamp"), (["2024-02-29T24:00:00"], "string"),
            (["10:20:30", "23:59:59.999"], "time"), (["2024-01-01", "10:00:00"], "string"), (["1", "x"], "string"),
            (["", ""], "null"),
        ] as [([String], String)])
    func typesAreInferredAndTextsKept(_ values: [String], _ type: String) throws {
        // A second column, so that a null is not a blank line.
        let reading = try CSVReading("a,b\n" + values.map { "\($0),x\n" }.joined())
        #expect(reading.types.first == type)
        for (row, value) in zip(reading.rows, values) {
            if value.isEmpty {
                #expect(row[0] == nil)
            } else if type == "number" {
                #expect(row[0].flatMap(Double.init) == Double(value))
            } else if type == "boolean" {
                #expect(row[0] == value.lowercased())
            } else {
                #expect(row[0] == value)
            }
        }
    }

    @Test func aValueAfterTheSampleWidensItsBlockAndIsKept() throws {
        var options = CSVOptions.csv
        options.sampledRecords = 2
        for (later, expected) in [
            ("2.5", "2.5"), ("99999999999999999999", "99999999999999999999"), ("x", "x"), ("", nil),
        ]
            as [(String, String?)]
        {
            let reading = try CSVReading("a,b\n1,x\n2,x\n\(later),x\n", options)
            #expect(reading.types[0] == "integer")
            #expect(reading.rows.last?[0] == expected)
            #expect(reading.rows.first?[0].flatMap(Double.init) == 1)
        }
    }

    @Test func aValueThatDoesNotFitAGivenTypeIsRejected() throws {
        var options = CSVOptions.csv
        options.schema = Schema([
            Field("i", .integer), Field("n", .number), Field("b", .boolean), Field("d", .date),
            Field("t", .timestamp(zoned: false)), Field("j", .json), Field("c", .decimal()),
        ])
        let good = "1,1.5,true,2024-01-01,2024-01-01T00:00:00,\"{\"\"a\"\":1}\",1.50"
        let bad = [
            "x,,,,,,", ",x,,,,,", ",,x,,,,", ",,,x,,,", ",,,,x,,", ",,,,,{,", ",,,,,,x",
        ]
        let text = "i,n,b,d,t,j,c\n\(good)\n" + bad.joined(separator: "\n") + "\n\(good)\n"
        let reading = try CSVReading(text, options)
        #expect(reading.rows.count == 2)
        #expect(reading.rows[0] == ["1", "1.5", "true", "2024-01-01", "2024-01-01T00:00:00", "{\"a\":1}", "1.50"])
        #expect(reading.rejects.map(\.location.field) == ["i", "n", "b", "d", "t", "j", "c"])
        #expect(reading.rejects.map(\.location.line) == [3, 4, 5, 6, 7, 8, 9])
        #expect(reading.rejects.map(\.location.record) == [2, 3, 4, 5, 6, 7, 8])
        #expect(reading.rejects.allSatisfy { $0.code == .wrongRecordType })
        #expect(reading.rejects.map { $0.record?.text } == bad)
    }

    @Test func integersBeyond64BitsKeepTheirDigitsUnderAGivenType() throws {
        var options = CSVOptions.csv
        options.schema = Schema([Field("i", .integer)])
        let reading = try CSVReading("i,b\n12345678901234567890123,x\n5,x\n1.5,x\n", options)
        #expect(reading.rows.map { $0[0] } == ["12345678901234567890123", "5"])
        #expect(reading.rejects.count == 1)
    }
}

@Suite struct CSVRoundTripTests {
    static func table(_ seed: UInt64) -> [[String?]] {
        var random = SeededGenerator(seed: seed)
        let parts = [
            "\"", "\"\"", ",", "\n", "\r\n", "\r", " ", "x", "é", "🚚", "\t", "\\", "\0", "abc",
            String(repeating: "y", count: 70),
            "\u{feff}", "NULL", ";", "|",
        ]
        let columns = random.below(4) + 1
        return (0..<random.below(60)).map { _ in
            (0..<columns).map { _ in
                if random.below(6) == 0 { return nil }
                return (0..<random.below(5)).map { _ in parts[random.below(parts.count)] }.joined()
            }
        }
    }

    static func batch(_ table: [[String?]]) -> RecordBatch {
        let columns = table.first?.count ?? 1
        let fields = (0..<columns).map { Field("c\($0)", .string) }
        return RecordBatch(
            .columns(
                Columns(
                    schema: Schema(fields),
                    columns: (0..<columns).map { index in Column(.string, text: table.map { $0[index] }) },
                    count: table.count)))
    }

    @Test(arguments: 0..<120)
    func whatIsWrittenIsReadAgain(_ seed: Int) throws {
        let table = Self.table(UInt64(seed))
        let options = [
            strings(), strings { $0.delimiter = UInt8(ascii: "\t") }, strings { $0.nullTexts = ["NULL"] },
            strings { $0.escape = UInt8(ascii: "\\") }, strings { $0.header = .absent },
        ][seed % 5]
        var diagnostics = Diagnostics()
        let encoder = CSVFormat(options).encoder()
        let block = try encoder.encode(Self.batch(table), fields: nil, &diagnostics)
        #expect(block.recordEnds.count == table.count)
        var text = BytesBuilder()
        if let header = encoder.header(block.fields ?? []) { text.append(header) }
        text.append(block.bytes)
        let file = text.finish()
        for (blockSize, piece, limit) in [(16, 1, nil), (33, 5, 2), (200, 1000, 3), (1 << 16, Int.max, nil)]
            as [(Int, Int, Int?)]
        {
            let reading = try CSVReading(file, options, blockSize: blockSize, piece: piece, maximumRecords: limit)
            #expect(reading.rows == table, "seed \(seed), block \(blockSize): \(file.text)")
            #expect(reading.rejects.isEmpty)
        }
    }

    @Test(arguments: ["a,b", "a\nb", ""])
    func withoutQuotesWhatNeedsThemIsAnError(_ value: String) throws {
        var diagnostics = Diagnostics()
        let encoder = CSVFormat(strings { $0.quote = nil }).encoder()
        let fine = try encoder.encode(Self.batch([[" \"x\" ", nil]]), fields: nil, &diagnostics)
        #expect(fine.bytes.text == " \"x\" ,\n")
        let error = #expect(throws: CartloadError.self) {
            try encoder.encode(Self.batch([[value, "x"]]), fields: nil, &diagnostics)
        }
        #expect(error?.code == .needsQuotes)
    }

    @Test func fieldsThatWerePassedOnAreWrittenAsTheirValues() throws {
        var diagnostics = Diagnostics()
        let rows = RecordBatch(.rows(Rows(["{\"id\":1,\"name\":\"Ada\"}"])))
        let items = ["id", "name"].map { Projection.Item($0, .raw) }
        let passed = RecordBatch(.columns(try rows.columns(Projection(items), &diagnostics).columns))
        let block = try CSVFormat().encoder().encode(passed, fields: nil, &diagnostics)
        #expect(block.bytes.text == "1,Ada\n")
    }

    @Test func numbersAndNestedValuesAreWrittenPlainly() throws {
        var diagnostics = Diagnostics()
        let columns = Columns(
            schema: Schema([Field("i", .integer), Field("n", .number), Field("b", .boolean), Field("j", .json)]),
            columns: [
                Column(integers: [0, -5, .min, nil]), Column(numbers: [1, -0.25, 1e300, nil]),
                Column(booleans: [true, false, nil, true]), Column(.json, text: ["{\"a\":[1,2]}", "[]", nil, "\"x\""]),
            ], count: 4)
        let encoder = CSVFormat().encoder()
        let block = try encoder.encode(RecordBatch(.columns(columns)), fields: nil, &diagnostics)
        #expect(
            block.bytes.text == """
                0,1.0,true,"{""a"":[1,2]}"
                -5,-0.25,false,[]
                -9223372036854775808,1e+300,,
                ,,true,""\"x""\"

                """)
        #expect(encoder.header(["a b", "c,d", ""])?.text == "a b,\"c,d\",\"\"\n")
        let some = try encoder.encode(
            RecordBatch(.columns(columns), selection: .rows([1])), fields: ["b", "new", "i", "n", "j"], &diagnostics)
        #expect(some.bytes.text == "false,,-5,-0.25,[]\n")
        let error = #expect(throws: CartloadError.self) {
            try encoder.encode(RecordBatch(.columns(columns)), fields: ["b"], &diagnostics)
        }
        #expect(error?.code == .otherFields)
    }
}

/// Columns of JSON text, as processors pass on what they do not touch.
@Suite struct CSVJSONTextTests {
    @Test(
        arguments: [
            (["\"a\"", nil, "\"\"", "\"b,c\""], "a\n\n\"\"\n\"b,c\"\n"),
            (["\"q\\\"q\"", "\"\\u00e9\\n\"", "\"\\\\\""], "\"q\"\"q\"\n\"é\n\"\n\\\n"),
            // Of several kinds, a string must not look like a number.
            (["\"1\"", "1", nil], "\"\"\"1\"\"\"\n1\n\n"), (["1.10", "-0", "true"], "1.10\n-0\ntrue\n"),
            (["[\"a\"]", "{}"], "\"[\"\"a\"\"]\"\n{}\n"), ([nil, nil], "\n\n"),
        ] as [([String?], String)])
    func stringsAreWrittenAsTheirTexts(values: [String?], expected: String) throws {
        var diagnostics = Diagnostics()
        let columns = Columns(
            schema: Schema([Field("v", .json)]), columns: [Column(.json, text: values)], count: values.count)
        let block = try CSVEncoder().encode(RecordBatch(.columns(columns)), fields: nil, &diagnostics)
        #expect(block.bytes.text == expected)
    }
}

@Suite struct FormatContractTests {
    @Test(arguments: Compression.allCases)
    func csvKeepsTheContract(_ compression: Compression) throws {
        let batches = [3, 8, 13, 18].map { CSVRoundTripTests.batch(CSVRoundTripTests.table($0)) }
        let wide = batches.filter {
            if case .columns(let columns) = $0.body { columns.schema.fields.count == 2 } else { false }
        }
        for batch in wide.isEmpty ? [batches[0]] : wide {
            try FormatContract(CSVFormat(strings()), compression, sample: [batch, batch]).run()
        }
    }

    @Test(arguments: Compression.allCases)
    func jsonLinesKeepsTheContract(_ compression: Compression) throws {
        let rows = (0..<60).map { "{\"a\":\($0),\"b\":\"\(String(repeating: "é", count: $0))\"}" }
        let batch = RecordBatch(.rows(Rows(rows)))
        try FormatContract(JSONLinesFormat(), compression, sample: [batch, batch]).run()
    }
}

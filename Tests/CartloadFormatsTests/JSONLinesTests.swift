// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadTesting
import Testing

@Suite struct JSONLinesTests {
    /// Splits a text and gives the records of each block.
    static func split(
        _ text: String, blockSize: Int, piece: Int = .max, maximumRecords: Int? = nil, start: Position? = nil
    ) throws -> [(block: SplitBlock, records: [String])] {
        let splitter = try JSONLinesFormat().splitter(
            over: ScriptedReader(Bytes(text), pieces: { _ in piece }), SplitOptions(blockSize: blockSize, start: start))
        var result: [(SplitBlock, [String])] = []
        while let block = try splitter.next(maximumRecords: maximumRecords) {
            let lines = block.bytes.text.split(whereSeparator: \.isNewline).map { $0.filter { $0 > " " } }
            result.append((block, lines.filter { !$0.isEmpty }))
        }
        return result
    }

    static func text(_ seed: UInt64) -> (text: String, records: [String]) {
        var random = SeededGenerator(seed: seed)
        var text = seed % 3 == 0 ? "\u{feff}" : ""
        var records: [String] = []
        for index in 0..<random.below(40) {
            switch random.below(8) {
            case 0: text += ["\n", "  \n", "\r\n", " \t\r\n"][random.below(4)]
            case 1: text += String(repeating: " ", count: random.below(150)) + "\n"
            default:
                let record = "{\"a\":\(index),\"t\":\"" + String(repeating: "x", count: random.below(200)) + "\"}"
                records.append(record)
                text += ["", " "][random.below(2)] + record + ["\n", "\r\n"][random.below(2)]
            }
        }
        if random.below(2) == 0 {
            records.append("{\"last\":1}")
            text += "{\"last\":1}"
        }
        return (text, records)
    }

    @Test(arguments: 0..<30)
    func everyBlockSizeGivesTheSameRecordsAndPositions(_ seed: Int) throws {
        let (text, records) = Self.text(UInt64(seed))
        for (blockSize, piece) in [(16, 1), (64, 7), (100, 1000), (1 << 20, 3)] {
            for limit in [nil, 1, 3, 100] as [Int?] {
                let parts = try Self.split(text, blockSize: blockSize, piece: piece, maximumRecords: limit)
                #expect(parts.flatMap(\.records) == records, "seed \(seed) block \(blockSize)")
                #expect(parts.filter(\.block.isFirst).count == (parts.isEmpty ? 0 : 1))
                for (block, lines) in parts {
                    #expect(block.recordCount == lines.count)
                    if let limit { #expect(lines.count <= limit) }
                    #expect(block.end.byte - block.start.byte == block.bytes.count)
                    #expect(block.end.record - block.start.record == lines.count)
                    let before = Array(text.utf8.prefix(block.start.byte))
                    #expect(block.start.line == before.count { $0 == 10 })
                    // Going on at a block's end gives the rest.
                    let rest = try Self.split(text, blockSize: blockSize, start: block.end)
                    #expect(rest.flatMap(\.records) == Array(records.dropFirst(block.end.record)), "seed \(seed)")
                }
            }
        }
    }

    @Test func aBatchCanBeCutAfterExactlySoManyRecords() throws {
        let text = (0..<1000).map { "{\"a\":\($0)}\n" }.joined()
        let parts = try Self.split(text, blockSize: 1 << 20, maximumRecords: 7)
        #expect(parts.dropLast().allSatisfy { $0.records.count == 7 })
        #expect(parts.count == 143)
    }

    @Test func aRecordBeyondTheBoundIsAnErrorWithItsPlace() throws {
        let text = "{\"a\":1}\n{\"b\":\"" + String(repeating: "x", count: 5000) + "\"}\n"
        let splitter = try JSONLinesFormat().splitter(
            over: ScriptedReader(Bytes(text), name: "long.jsonl"),
            SplitOptions(blockSize: 256, maximumRecordBytes: 2000))
        #expect(try splitter.next()?.recordCount == 1)
        let error = #expect(throws: CartloadError.self) { try splitter.next() }
        #expect(error?.code == .recordTooLong)
        #expect(error?.location == Location(source: "long.jsonl", line: 2, byte: 8, record: 2))
    }

    @Test func aFailureInTheMiddleComesAfterWhatWasRead() throws {
        let text = Bytes("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n")
        let failure = CartloadError(CartloadError.Code("test.failed"), "the disk is gone")
        let splitter = try JSONLinesFormat().splitter(
            over: ScriptedReader(text, name: "x", failure: (16, failure)), SplitOptions(blockSize: 16))
        #expect(try splitter.next()?.recordCount == 2)
        let error = #expect(throws: CartloadError.self) { try splitter.next() }
        #expect(error?.code == failure.code)
        #expect(error?.location.source == "x")
    }

    @Test(arguments: [[0xfe, 0xff, 0, 0x7b], [0xff, 0xfe, 0x7b, 0]] as [[UInt8]])
    func utf16IsRefused(_ bytes: [UInt8]) {
        let error = #expect(throws: CartloadError.self) {
            try JSONLinesFormat().splitter(over: ScriptedReader(Bytes(bytes)), SplitOptions())
        }
        #expect(error?.code == .wrongEncoding)
    }

    @Test func rowsAreWrittenOnePerLine() throws {
        var diagnostics = Diagnostics()
        let batch = RecordBatch(.rows(Rows(["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"])), selection: .range(1..<3))
        let block = try JSONLinesFormat().encoder().encode(batch, fields: nil, &diagnostics)
        #expect(block.bytes.text == "{\"a\":2}\n{\"a\":3}\n")
        #expect(block.recordEnds == [8, 16])
        #expect(block.bytes(ofRecords: 1..<2).text == "{\"a\":3}\n")
    }

    /// What a sealed batch of a text is encoded as.
    private func encoded(_ text: String) throws -> (EncodedBlock, Diagnostics) {
        var diagnostics = Diagnostics()
        let sealed = Sealed(format: "jsonl", bytes: Bytes(text), decoder: JSONLinesDecoder())
        let block = try JSONLinesEncoder().encode(
            RecordBatch(.sealed(sealed), origin: Location(byte: 0)), fields: nil, &diagnostics)
        return (block, diagnostics)
    }

    @Test func sealedLinesPassUnopened() throws {
        let text = #"{"a": nonsense}"# + "\n" + #"{"b":1.10}"# + "\n"
        let (block, diagnostics) = try encoded(text)
        #expect(block.bytes.text == text && block.recordEnds == [16, 27] && diagnostics.isEmpty)
    }

    @Test(arguments: [
        "{\"a\":1}\r\n", "{\"a\":1}", "\n{\"a\":1}\n", " {\"a\":1}\n", "{\"a\":1} \n", "\u{feff}{\"a\":1}\n",
    ])
    func sealedLinesThatNeedAHandAreOpened(_ text: String) throws {
        let (block, _) = try encoded(text)
        #expect(block.bytes.text == "{\"a\":1}\n" && block.recordEnds == [8])
    }

    @Test func aSealedLineThatIsNoObjectIsRejected() throws {
        let (block, diagnostics) = try encoded("{\"a\":1}\n[2]\n")
        #expect(block.recordEnds == [8] && diagnostics.rejects.map(\.location.line) == [2])
    }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadTesting
import Testing

@testable import CartloadCommands

@Suite struct ChunkReaderTests {
    private let body = ChunkBody(parameters: ["rate": 2], summary: nil)

    private func chunks(
        _ text: String, _ limits: ChunkLimits, at start: Position? = nil, from index: Int = 0,
        in folder: TemporaryDirectory
    ) throws -> [RunChunk] {
        let path = folder.path("input")
        try folder.write(text, to: "input")
        var reader = try RunInput(path: path).open(at: start, from: index, body, limits)
        var chunks: [RunChunk] = []
        while let chunk = try reader.next() { chunks.append(chunk) }
        return chunks
    }

    @Test func aChunkIsTheTextOfAPush() throws {
        let folder = try TemporaryDirectory()
        let found = try chunks("{\"a\": 1}\n{\"a\":2}\n{\"a\":3}\n", ChunkLimits(records: 2), in: folder)
        #expect(
            found.map(\.body.text) == [
                #"{"id":"1","data":{"inputs":[{"a": 1},{"a":2}],"parameters":{"rate":2}},"size":2}"#,
                #"{"id":"2","data":{"inputs":[{"a":3}],"parameters":{"rate":2}},"size":1}"#,
            ])
        #expect(found[0].inputText.text == #"[{"a": 1},{"a":2}]"#)
        #expect(ChunkBody.push(found).text.hasPrefix(#"{"chunks":[{"id":"1","#))
        #expect(found.map(\.firstRecord) == [1, 3])
    }

    @Test func recordsThatAreNotValidAreLeftOut() throws {
        let folder = try TemporaryDirectory()
        let found = try chunks("{\"a\":1}\nno\n{\"a\":3}\nno\nno\n", ChunkLimits(records: 3), in: folder)
        #expect(found.map(\.recordCount) == [2, 0])
        #expect(found.map { $0.rejects.compactMap(\.location.record) } == [[2], [4, 5]])
        #expect(found[1].body.isEmpty)
    }

    @Test(arguments: ["jsonl", "csv"]) func chunksAreTheSameFromWhereverARunGoesOn(format: String) throws {
        let folder = try TemporaryDirectory()
        let seed = UInt64.random(in: 1...1_000_000)
        var random = SeededGenerator(seed: seed)
        var text = format == "csv" ? "id,name\n" : ""
        for index in 0..<3000 {
            let name = String(repeating: "x", count: Int.random(in: 0...400, using: &random))
            // A column of numbers with a word in it now and then, whose type depends on what is looked at.
            let id = index % 700 == 3 && index > 1000 ? "word" : String(index)
            text += format == "csv" ? "\(id),\(name)\n" : "{\"id\":\"\(id)\",\"name\":\"\(name)\"}\n"
        }
        let limits = ChunkLimits(records: 50, bytes: 6000)
        let all = try chunks(text, limits, in: folder)
        #expect(all.reduce(0) { $0 + $1.recordCount } == 3000)
        #expect(all.allSatisfy { $0.body.count < 40_000 })
        for position in [1, 2, all.count / 2, all.count - 1] {
            let rest = try chunks(text, limits, at: all[position - 1].end, from: position, in: folder)
            #expect(rest.map(\.body) == all[position...].map(\.body), "seed \(seed), from \(position)")
        }
    }

    @Test func largeRecordsMakeSmallChunks() throws {
        let folder = try TemporaryDirectory()
        let record = "{\"a\":\"\(String(repeating: "x", count: 4000))\"}\n"
        let found = try chunks(
            String(repeating: "{\"a\":1}\n", count: 30) + String(repeating: record, count: 60),
            ChunkLimits(records: 300, bytes: 20_000), in: folder)
        #expect(found.reduce(0) { $0 + $1.recordCount } == 90)
        #expect(found.dropFirst().allSatisfy { $0.recordCount <= 6 })
    }

    @Test func stepsGrowFromOneRecordToTheLimit() {
        let limits = ChunkLimits(records: 300, bytes: 1000)
        #expect(limits.more(records: 0, bytes: 0) == 1)
        #expect(limits.more(records: 1, bytes: 10) == 4)
        #expect(limits.more(records: 5, bytes: 50) == 20)
        #expect(limits.more(records: 25, bytes: 900) == 2)
        #expect(limits.more(records: 27, bytes: 1001) == nil)
        #expect(limits.more(records: 300, bytes: 0) == nil)
    }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadFormats
import CartloadTesting
import Testing

@testable import CartloadFiles

@Suite struct FileRangesTests {
    let fixture: FolderFixture

    init() throws { fixture = try FolderFixture() }

    private func stream(
        _ name: String, bytes: Int, change: (inout FilesSourceOptions) -> Void = { _ in }
    ) async throws -> any CartloadCore.Stream {
        let source = fixture.source([name]) {
            $0.batch = .bytes(bytes)
            change(&$0)
        }
        return try #require(try await source.streams().first)
    }

    /// The bytes of a batch; without an end it reaches to that of the file.
    private func range(_ batch: BatchDescription, _ size: Int) -> Range<Int>? {
        guard let from = batch["from"]?["position"]?["byte"]?.intValue else { return nil }
        return from..<(batch["to"]?.intValue ?? size)
    }

    // MARK: The same records

    @Test(arguments: FileFormat.allCases) func `the ranges of a file hold its records, each once and in order`(
        format: FileFormat
    ) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for round in 0..<60 {
            let content = RandomContent(format: format, &random)
            try fixture.write("data", content.text)
            let change: (inout FilesSourceOptions) -> Void = {
                $0.format = format
                $0.csv.header = content.hasHeader ? .present : .absent
            }
            let whole = try await StreamReading(fixture.stream("data", change: change))
            let sizes = [1, .random(in: 2...9, using: &random), .random(in: 10...400, using: &random), 1 << 20]
            for size in sizes {
                let blockSize = Int.random(in: 16...200, using: &random)
                let ranges = try await StreamReading(
                    stream("data", bytes: size, change: change), blockSize: blockSize)
                let place: Comment =
                    "seed \(seed), round \(round), \(size) bytes, blocks of \(blockSize): \(content.text)"
                #expect(try ranges.records() == whole.records(), place)
                var end = 0
                for range in ranges.batches.compactMap({ self.range($0, content.text.utf8.count) }) {
                    #expect(range.lowerBound == end, place)
                    #expect(!range.isEmpty || content.text.isEmpty, place)
                    end = range.upperBound
                }
                #expect(end == content.text.utf8.count, place)
                if size == 1, format == .jsonl {
                    #expect(ranges.batches.count == max(1, content.lineCount), place)
                }
            }
        }
    }

    /// Content with everything that may make a place between two bytes look like one between two records.
    private struct RandomContent {
        var text: String
        var hasHeader = false
        var lineCount: Int

        init(format: FileFormat, _ random: inout SeededGenerator) {
            let ends = Bool.random(using: &random) ? ["\n"] : ["\r\n"]
            let count = Int.random(in: 0...30, using: &random)
            var lines: [String] = []
            if format != .jsonl, Bool.random(using: &random) {
                hasHeader = true
                lines.append(format == .csv ? "id,\"a \"\"note\"\"\nhere\"" : "id\t\"a note\n\"")
            }
            for id in 0..<count {
                if Int.random(in: 0..<6, using: &random) == 0 { lines.append("") }
                let note =
                    ["plain", "two\nlines", "\"\n\"", "", "a,b\tc", "ü\r\n\r\n\"\"", String(repeating: "x", count: 70)]
                    .randomElement(using: &random) ?? ""
                lines.append(RandomContent.record(id, note, format))
            }
            text = lines.map { $0 + (ends.randomElement(using: &random) ?? "\n") }.joined()
            if Bool.random(using: &random), text.hasSuffix("\n") { text.removeLast() }
            if Bool.random(using: &random), !text.isEmpty { text = "\u{FEFF}" + text }
            lineCount = text.utf8.split(separator: 10, omittingEmptySubsequences: false).count { _ in true }
            if text.utf8.last == 10 || text.isEmpty { lineCount -= 1 }
        }

        private static func record(_ id: Int, _ note: String, _ format: FileFormat) -> String {
            switch format {
            case .jsonl: JSONValue.object(JSONObject([("id", .int(id)), ("note", .string(note))])).description
            case .csv: "\(id),\"\(note.replacing("\"", with: "\"\""))\""
            case .tsv: "\(id)\t\"\(note.replacing("\"", with: "\"\""))\""
            }
        }
    }

    @Test func `types are those of the whole file in every range`() async throws {
        let rows = (0..<400).map { "\($0),\($0 == 399 ? "text" : "\($0)")\n" }
        try fixture.write("a.csv", "id,value\n" + rows.joined())
        let whole = try await StreamReading(fixture.stream("a.csv")).records()
        #expect(whole.first?["value"] == "0")
        #expect(try await StreamReading(stream("a.csv", bytes: 50)).records() == whole)
    }

    // MARK: What is divided

    @Test func `a file without quoting is divided at its line ends`() async throws {
        try fixture.write("a.csv", "id,text\n1,\"\n2,\"\n3,x\n")
        let reading = try await StreamReading(stream("a.csv", bytes: 1) { $0.csv.quote = nil })
        #expect(try reading.records().map { $0["text"] } == ["\"", "\"", "x"])
        #expect(reading.batches.count == 3)
    }

    @Test(arguments: [Compression.gzip, .zstd]) func `a compressed file is one batch`(compression: Compression)
        async throws
    {
        try fixture.write("a.jsonl", lines(0..<500).map { $0 + "\n" }.joined(), compression)
        let reading = try await StreamReading(stream("a.jsonl", bytes: 10))
        #expect(reading.batches.count == 1)
        #expect(try reading.records().count == 500)
    }

    @Test func `what is wrong with a file is said when it is read`() async throws {
        try fixture.write("a.csv", "id,text\n" + (0..<40).map { "\($0),x\n" }.joined() + "40,\"never closed\n1,2\n")
        let stream = try await stream("a.csv", bytes: 50) { $0.maximumRecordBytes = 12 }
        let batches = try await stream.batches(since: nil)
        let seen = Seen()
        let error = await #expect(throws: CartloadError.self) {
            for batch in batches { try await stream.read(batch, into: BatchOutput(blockSize: 16) { seen.add($0) }) }
        }
        #expect(error?.code == .recordTooLong)
        #expect(error?.location.line == 42)
        #expect(try seen.ids().count >= 36)
    }

    // MARK: Places

    @Test func `a bad line has its byte, and the line where that is known`() async throws {
        let content = lines(0..<20).map { $0 + "\n" }.joined() + "{broken\n" + lines(20..<30).map { $0 + "\n" }.joined()
        try fixture.write("a.jsonl", content)
        let byte = lines(0..<20).reduce(0) { $0 + $1.utf8.count + 1 }
        for size in [40, 1 << 20] {
            let places = try await rejects(stream("a.jsonl", bytes: size))
            #expect(places.count == 1)
            #expect(places.first?.byte.map { abs($0 - byte) <= 1 } == true)
            #expect(places.first?.line == (size == 40 ? nil : 21))
            #expect(places.first?.record == (size == 40 ? nil : 21))
        }
    }

    @Test func `a bad record of a table has the place that it has in the whole file`() async throws {
        var content = "id,note\n"
        for id in 0..<60 { content += id % 7 == 3 ? "\(id),a,b\n" : "\(id),\"two\nlines\"\n" }
        try fixture.write("a.csv", content)
        let whole = try await rejects(fixture.stream("a.csv"))
        #expect(whole.count == 9)
        for size in [1, 33, 200] { #expect(try await rejects(stream("a.csv", bytes: size)) == whole) }
    }

    private func rejects(_ stream: any CartloadCore.Stream) async throws -> [Location] {
        try await StreamReading(stream).elements.flatMap { element -> [Location] in
            guard case .records(let batch, _, _, var diagnostics) = element else { return [] }
            _ = try? batch.opened(&diagnostics)
            return diagnostics.rejects.map(\.location)
        }
    }

    // MARK: Going on

    @Test func `a file that has grown is read on in ranges`() async throws {
        try fixture.write("a.jsonl", lines(0..<50).map { $0 + "\n" }.joined())
        let first = try await StreamReading(stream("a.jsonl", bytes: 64))
        let checkpoint = try #require(first.elements.last?.checkpoint)
        #expect(try await StreamReading(stream("a.jsonl", bytes: 64), since: checkpoint).batches.isEmpty)
        try fixture.write("a.jsonl", lines(0..<90).map { $0 + "\n" }.joined())
        let second = try await StreamReading(stream("a.jsonl", bytes: 64), since: checkpoint)
        #expect(second.batches.count > 3)
        #expect(try second.records().map { $0["id"]?.intValue } == Array(50..<90))
    }

    @Test func `what is added while ranges are read belongs to the next run`() async throws {
        try fixture.write("a.jsonl", lines(0..<50).map { $0 + "\n" }.joined())
        let stream = try await stream("a.jsonl", bytes: 64)
        let sequence = try await #require(stream as? any LazilyBatchedStream).batchSequence(since: nil)
        let seen = Seen()
        var size = 50
        while let batch = try await sequence.next() {
            size += 10
            try fixture.write("a.jsonl", lines(0..<size).map { $0 + "\n" }.joined())
            try await stream.read(batch, into: BatchOutput(blockSize: 100) { seen.add($0) })
        }
        #expect(try seen.ids() == Array(0..<50))
        let rest = try await StreamReading(stream, since: seen.checkpoint)
        #expect(try rest.records().map { $0["id"]?.intValue } == Array(50..<size))
    }

    @Test(arguments: [FileFormat.jsonl, .csv])
    func `a checkpoint of ranges serves a reading without, and the other way`(
        format: FileFormat
    ) async throws {
        let rows = (0..<60).map { format == .csv ? "\($0),\"a\nb\"\n" : "{\"id\":\($0),\"t\":\"a\"}\n" }
        try fixture.write("a", (format == .csv ? "id,t\n" : "") + rows.joined())
        let ranged = try await stream("a", bytes: 70)
        for (one, other) in [(ranged, fixture.stream("a")), (fixture.stream("a"), ranged)]
            as [(any CartloadCore.Stream, any CartloadCore.Stream)]
        {
            let whole = try await StreamReading(one, blockSize: 50)
            for (index, element) in whole.elements.enumerated() {
                guard let checkpoint = element.checkpoint else { continue }
                let rest = try await StreamReading(other, since: checkpoint)
                #expect(try rest.records() == StreamReading.records(whole.elements[(index + 1)...]))
            }
        }
    }

    // MARK: In a flow

    @Test(arguments: [1, 2, 4]) func `a flow delivers ranges that are read at once in the order of the file`(
        concurrency: Int
    ) async throws {
        try fixture.write("a.jsonl", lines(0..<20_000).map { $0 + "\n" }.joined())
        let source = fixture.source(["a.jsonl"]) {
            $0.batch = .bytes(5000)
            $0.concurrency = concurrency
        }
        let destination = MemoryDestination()
        try await FlowRun(
            Link("ranges", source: source, outlets: [Outlet("memory", destination)]), store: MemoryCheckpointStore(),
            options: EngineOptions(workers: 2, blockSize: 700)
        ).run()
        let ids = destination.records(of: "a").map { $0["id"]?.intValue }
        #expect(ids == Array(0..<20_000))
    }

    @Test(arguments: [
        ("64MB", 64_000_000), ("1KiB", 1024), ("0", nil), ("much", nil), ("-5", nil),
    ]) func `the setting is a size`(text: String, expected: Int?) throws {
        let settings = JSONObject([("path", "a"), ("batch", .object(JSONObject([("bytes", .string(text))])))])
        let options = try? FilesSourceOptions(
            Configuration(settings, settings: FilesSourceOptions.settings, path: "source.files"))
        #expect(options?.batch == expected.map { .bytes($0) })
    }
}

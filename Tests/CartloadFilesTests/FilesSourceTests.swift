// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadTesting
import Testing

@testable import CartloadFiles

@Suite struct FilesSourceTests {
    let fixture: FolderFixture

    init() throws { fixture = try FolderFixture() }

    private func text(_ ids: Range<Int>) -> String { lines(ids).map { $0 + "\n" }.joined() }

    private func ids(_ reading: StreamReading) throws -> [Int?] { try reading.records().map { $0["id"]?.intValue } }

    private func last(_ reading: StreamReading) throws -> Checkpoint {
        guard case .closed(_, let checkpoint) = reading.elements.last else {
            throw CartloadError(.filesState, "the reading does not end with a batch")
        }
        return try Checkpoint(JSONValue(parsing: checkpoint.description))
    }

    @Test func aLaterRunReadsOnlyNewFilesAndWhatWasAdded() async throws {
        try fixture.write("b.jsonl", text(0..<5))
        let first = try await StreamReading(fixture.stream("*.jsonl"))
        #expect(try ids(first) == Array(0..<5))
        try fixture.write("b.jsonl", text(0..<8))
        try fixture.write("a.jsonl", text(20..<22))
        try fixture.write("c.jsonl", text(30..<32))
        let second = try await StreamReading(fixture.stream("*.jsonl"), since: last(first))
        #expect(try ids(second) == [20, 21, 5, 6, 7, 30, 31])
        let third = try await StreamReading(fixture.stream("*.jsonl"), since: last(second))
        #expect(third.elements.isEmpty)
    }

    @Test func aGrownFileWithAHeaderIsReadOn() async throws {
        try fixture.write("a.csv", "id;name\n0;\"a\nb\"\n1;c\n")
        let first = try await StreamReading(fixture.stream("a.csv"))
        try fixture.write("a.csv", "id;name\n0;\"a\nb\"\n1;c\n2;\"d;\"\n3;e\n")
        let second = try await StreamReading(fixture.stream("a.csv"), since: last(first))
        #expect(
            try second.records() == [
                JSONObject([("id", 2), ("name", "d;")]), JSONObject([("id", 3), ("name", "e")]),
            ])
    }

    @Test(arguments: [
        ("replaced", "{\"id\":90}\n{\"id\":91}\n{\"id\":92}\n"), ("shorter", "{\"id\":0}\n"), ("emptied", ""),
    ])
    func aFileThatIsAnotherOneIsAnError(_: String, now: String) async throws {
        try fixture.write("a.jsonl", text(0..<3))
        let first = try await StreamReading(fixture.stream("a.jsonl"))
        try fixture.write("a.jsonl", now)
        let checkpoint = try last(first)
        let error = await #expect(throws: CartloadError.self) {
            try await StreamReading(fixture.stream("a.jsonl"), since: checkpoint)
        }
        #expect(error?.code == .fileReplaced)
    }

    @Test func aLastLineThatMayHaveGrownIsAnError() async throws {
        try fixture.write("a.jsonl", "{\"id\":0}\n{\"id\":1}")
        let first = try await StreamReading(fixture.stream("a.jsonl"))
        #expect(try ids(first) == [0, 1])
        try fixture.write("a.jsonl", "{\"id\":0}\n{\"id\":1}\n{\"id\":2}\n")
        let checkpoint = try last(first)
        let error = await #expect(throws: CartloadError.self) {
            try await StreamReading(fixture.stream("a.jsonl"), since: checkpoint)
        }
        #expect(error?.code == .fileReplaced)
    }

    @Test func aGrownCompressedFileIsAnErrorOnceItWasRead() async throws {
        try fixture.write("a.gz", text(0..<3), .gzip)
        let first = try await StreamReading(fixture.stream("a.gz"))
        try fixture.write("a.gz", text(0..<500), .gzip)
        let checkpoint = try last(first)
        let error = await #expect(throws: CartloadError.self) {
            try await StreamReading(fixture.stream("a.gz"), since: checkpoint)
        }
        #expect(error?.code == .fileReplaced)
    }

    @Test func aFileThatBecomesShorterWhileItIsReadIsAnError() async throws {
        try fixture.write("a.jsonl", text(0..<2000))
        let stream = fixture.stream("a.jsonl")
        let batches = try await stream.batches(since: nil)
        try fixture.write("a.jsonl", text(0..<1000))
        let error = await #expect(throws: CartloadError.self) {
            try await stream.read(batches[0], into: BatchOutput(blockSize: 1000) { _ in })
        }
        #expect(error?.code == .fileReplaced)
    }

    @Test func whatIsAddedWhileAFileIsReadBelongsToTheNextRun() async throws {
        try fixture.write("a.jsonl", text(0..<5))
        let stream = fixture.stream("a.jsonl")
        let batches = try await stream.batches(since: nil)
        try fixture.write("a.jsonl", text(0..<9))
        let seen = Seen()
        try await stream.read(batches[0], into: BatchOutput(blockSize: 1000) { seen.add($0) })
        #expect(try seen.ids() == Array(0..<5))
        let rest = try await StreamReading(fixture.stream("a.jsonl"), since: seen.checkpoint)
        #expect(try ids(rest) == Array(5..<9))
    }

    @Test(arguments: [
        ("", 0), ("\n\n", 0), ("\u{FEFF}{\"id\":0}\n", 1), ("{\"id\":0}\r\n{\"id\":1}", 2), ("id,name\n", 0),
        ("\u{FEFF}id,name\r\n0,a\r\n", 1),
    ])
    func edgesOfFiles(content: String, count: Int) async throws {
        for batch in [FileBatching.file, .records(2), .runs(by: ["id"])] {
            try fixture.write("a", content)
            let stream = fixture.stream("a") { $0.batch = batch }
            let reading = try await StreamReading(stream)
            #expect(try ids(reading) == Array(0..<count))
            #expect(try await StreamReading(stream, since: last(reading)).elements.isEmpty)
        }
    }

    @Test func anEmptyFolderAndAMissingFileAreErrors() async throws {
        for (path, code) in [
            ("", "storage.no-match"), ("none.jsonl", "storage.not-found"), ("*.csv", "storage.no-match"),
        ] {
            let error = await #expect(throws: CartloadError.self) { try await StreamReading(fixture.stream(path)) }
            #expect(error?.code.rawValue == code)
        }
    }

    @Test func rejectsInARunDividedFileAreReportedOnceWhereverItIsResumed() async throws {
        var content = ""
        for id in 0..<40 { content += id % 6 == 4 ? "{broken \(id)\n" : "{\"id\":\(id),\"day\":\(id / 5)}\n" }
        try fixture.write("a.jsonl", content)
        let stream = fixture.stream("a.jsonl") { $0.batch = .runs(by: ["day"]) }
        for blockSize in [60, 1 << 16] {
            let whole = try await StreamReading(stream, blockSize: blockSize)
            #expect(rejects(whole.elements[...]) == (0..<40).filter { $0 % 6 == 4 }.map { $0 + 1 })
            for (index, element) in whole.elements.enumerated() {
                guard case .closed(_, let checkpoint) = element else { continue }
                let rest = try await StreamReading(stream, since: checkpoint, blockSize: blockSize)
                #expect(rejects(rest.elements[...]) == rejects(whole.elements[(index + 1)...]), "after \(checkpoint)")
                #expect(try rest.records() == StreamReading.records(whole.elements[(index + 1)...]))
            }
        }
    }

    private func rejects(_ elements: ArraySlice<BatchOutput.Element>) -> [Int] {
        elements.flatMap { element -> [Int] in
            guard case .records(let batch, _, _, var diagnostics) = element else { return [] }
            _ = try? batch.opened(&diagnostics)
            return diagnostics.rejects.compactMap(\.location.record)
        }
    }

    @Test func aCheckpointOfSomethingElseIsAnError() async throws {
        try fixture.write("a.jsonl", text(0..<3))
        for json in ["{\"done\":3}", "[]", "{\"files\":{},\"current\":{\"path\":1}}", "{\"files\":{\"F\":1}}"] {
            let text = json.replacing("F", with: "\(fixture.path)/a.jsonl")
            let checkpoint = Checkpoint(try JSONValue(parsing: text))
            let error = await #expect(throws: CartloadError.self) {
                try await fixture.stream("a.jsonl").batches(since: checkpoint)
            }
            #expect(error?.code == .filesState)
        }
    }
}

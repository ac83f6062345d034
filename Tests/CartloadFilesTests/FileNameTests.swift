// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import Testing

@testable import CartloadFiles

@Suite struct FileNameTests {
    @Test(arguments: [
        ("out.jsonl", "out.jsonl"), ("{n}", "00012"), ("a{stream}b{key}c{n}.gz", "asbkc00012.gz"), ("{{n}", nil),
        ("{x}", nil), ("{}", nil), ("{n", "{n"), ("n}", "n}"), ("{n}{n}", "0001200012"),
    ])
    func aPatternMakesNames(pattern: String, name: String?) throws {
        guard let name else {
            let error = #expect(throws: CartloadError.self) { try FileNameTemplate(pattern) }
            #expect(error?.code == .fileTemplate)
            return
        }
        #expect(try FileNameTemplate(pattern).name(stream: "s", key: "k", number: 12) == name)
    }

    @Test func aFolderHasAPatternOfItsOwn() {
        let template = FileNameTemplate(folder: "out/", ending: ".csv")
        #expect(template.name(stream: "s", key: nil, number: 1) == "out/s-00001.csv")
        #expect(template.name(stream: "s", key: "k", number: 123456) == "out/s-k-123456.csv")
        #expect(template.isNumbered && template.isKeyed && template.isByStream)
    }

    @Test(arguments: [
        ("", "%empty"), ("a", "a"), (".", "%2E"), ("..", "%2E."), ("_a_", "%5Fa_"), ("a/b", "a%2Fb"), ("%", "%25"),
        ("ü", "%C3%BC"), ("\u{0}", "%00"), ("a,b", "a%2Cb"), ("a~2", "a%7E2"), ("a b", "a%20b"),
    ])
    func aTextBecomesOneSafeComponent(text: String, component: String) {
        #expect(FileNameTemplate.component(text) == component)
    }

    @Test func longTextsAreShortenedAndStayApart() {
        let long = String(repeating: "ü", count: 500)
        let names = ["", "a", "b"].map { FileNameTemplate.component(long + $0) }
        #expect(Set(names).count == 3)
        #expect(names.allSatisfy { $0.utf8.count <= 100 })
        #expect(FileNameTemplate.component(BatchKey([.string(long), .string(long)])).utf8.count <= 100)
    }

    @Test func aReceiptComesBackFromItsJSON() throws {
        var receipt = FilesReceipt()
        #expect(try FilesReceipt(receipt.json) == receipt)
        receipt.numbers = ["": 3, "k": 1]
        receipt.keys = ["1~2": BatchKey(["1", nil])]
        receipt.parts = [
            "k": .init(number: 7, name: "n\"\n", length: 5, records: 2, bytes: 9, fields: ["a", ""]),
            "": .init(number: 1, name: "m", length: 0, records: 0, bytes: 0, fields: nil, isFinished: true),
        ]
        receipt.manifestLength = 12
        receipt.filesWritten = 4
        #expect(try FilesReceipt(JSONValue(parsing: receipt.json.description)) == receipt)
    }

    @Test func aCheckpointComesBackFromItsJSON() throws {
        let fixture = try FolderFixture()
        try fixture.write("a", "content")
        var place = FilePlace(
            "p\"", try FileFingerprint(of: fixture.path + "/a"), Position(byte: 9, line: 8, record: 7))
        place.skipped = 3
        place.record = 12
        place.inBatch = 2
        let checkpoint = FilesCheckpoint(done: JSONObject([("x", 1)]), current: place).checkpoint
        let again = try FilesCheckpoint(Checkpoint(JSONValue(parsing: checkpoint.description)))
        #expect(again.checkpoint == checkpoint)
        #expect(again.current?.skipped == 3 && again.current?.record == 12 && again.current?.inBatch == 2)
        #expect(try FilesCheckpoint(nil).checkpoint == FilesCheckpoint(Checkpoint(nil)).checkpoint)
    }

    @Test func runsEndWhereTheValuesChange() throws {
        var runs = RecordRuns(by: ["a", "b"])
        func batch(_ rows: [String]) -> RecordBatch { RecordBatch(.rows(Rows(rows))) }
        let first = try runs.ends(
            in: batch([
                "{\"a\":1,\"b\":\"x\"}", "{\"b\":\"x\",\"a\":1}", "{\"a\":1,\"b\":\"y\"}", "{\"a\":null,\"b\":\"y\"}",
            ]),
            from: 0, source: "s")
        #expect(first == [2, 3])
        #expect(runs.closed() == ["a": 1, "b": "x"])
        #expect(runs.closed() == ["a": 1, "b": "y"])
        #expect([runs.closed()].compactMap(\.self).isEmpty)
        // The run goes on across blocks.
        #expect(try runs.ends(in: batch(["{\"b\":\"y\"}", "{\"a\":2,\"b\":\"y\"}"]), from: 0, source: "s") == [1])
        #expect(runs.current == ["a": 2, "b": "y"])
    }
}

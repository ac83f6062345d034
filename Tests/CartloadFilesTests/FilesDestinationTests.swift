// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadStorage
import CartloadTesting
import Glibc
import TestSupport
import Testing

@testable import CartloadFiles

@Suite struct FilesDestinationTests {
    let fixture: FolderFixture

    init() throws { fixture = try FolderFixture() }

    @Test func filesHaveExactlyAsManyRecordsAsTheyMay() async throws {
        let writer = try await fixture.writer("out/", size: BatchSize(records: 10))
        for start in [0, 7, 8, 30] {
            try await writer.write(lines(start..<(start == 0 ? 7 : start == 7 ? 8 : start == 8 ? 30 : 43)))
        }
        _ = try await writer.commit(1, isLast: true)
        try await writer.close()
        #expect(fixture.names("out") == (1...5).map { "s-0000\($0).jsonl" })
        for number in 1...5 {
            let count = try fixture.text("out/s-0000\(number).jsonl").split(separator: "\n").count
            #expect(count == (number == 5 ? 3 : 10))
        }
        #expect(try await fixture.records("out/").map { $0["id"]?.intValue } == Array(0..<43))
    }

    @Test(arguments: [1, 9, 10, 25, 100])
    func filesHaveNoMoreBytesThanTheyMayUnlessOneRecordHas(limit: Int) async throws {
        // Lines of 9 to 11 bytes, and one of 60.
        let all = lines(0..<120) + ["{\"id\":120,\"text\":\"\(String(repeating: "x", count: 40))\"}"] + lines(121..<130)
        let writer = try await fixture.writer("out/", size: BatchSize(bytes: limit))
        try await writer.write(Array(all[..<50]))
        try await writer.write(Array(all[50...]))
        _ = try await writer.commit(1, isLast: true)
        try await writer.close()
        var found: [String] = []
        for name in fixture.names("out") {
            let text = try fixture.text("out/\(name)")
            let records = text.split(separator: "\n").map(String.init)
            #expect(text.utf8.count <= limit || records.count == 1)
            found += records
        }
        #expect(found == all)
    }

    @Test func hostileKeysStayInTheFolderAndApart() async throws {
        let keys: [JSONValue] = [
            "../x", "", nil, 1, "1", true, "true", "a/b", "a%2Fb", "%null", "%empty", "ünï\u{0}\n", ".hidden", "-",
            ["1"],
            .string(String(repeating: "long", count: 200)), .string(String(repeating: "long", count: 200) + "!"),
        ]
        for template in ["out/{key}.jsonl", "numbered/{stream}-{key}-{n}.jsonl"] {
            var receipt: JSONValue?
            for (round, order) in [Array(keys.indices), keys.indices.reversed()].enumerated() {
                let writer = try await fixture.writer(
                    template, stream: "../s\(String(repeating: "t", count: 300))", receipt: receipt)
                for index in order { try await writer.write(["{\"key\":\(index)}"], key: [keys[index]]) }
                receipt = try await writer.commit(round + 1, isLast: round == 1)
                try await writer.close()
            }
            let folder = String(template.prefix { $0 != "/" })
            let names = fixture.names(folder)
            #expect(names.count == keys.count, "\(names)")
            for name in names {
                let text = try fixture.text("\(folder)/\(name)")
                #expect(
                    Set(text.split(separator: "\n")).count == 1 && text.split(separator: "\n").count == 2, "\(name)")
            }
        }
        #expect(fixture.names() == ["numbered", "out"])
    }

    @Test func severalKeyValuesMakeANameThatFits() async throws {
        let writer = try await fixture.writer("{key}.jsonl")
        let long = JSONValue.string(String(repeating: "v", count: 90))
        try await writer.write(["{}"], key: [long, long, long, 1])
        try await writer.write(["{}"], key: [long, long, long, 2])
        _ = try await writer.commit(1, isLast: true)
        try await writer.close()
        #expect(fixture.names().count == 2)
    }

    @Test(arguments: ["{key}.jsonl", "{key}-{n}.jsonl"], [1, 3, 256])
    func moreKeysThanOpenFilesLoseNothing(template: String, open: Int) async throws {
        let writer = try await fixture.writer(template) { $0.maximumOpenFiles = open }
        for id in 0..<200 { try await writer.write(["{\"id\":\(id)}"], key: [.int(id * 7 % 10)]) }
        _ = try await writer.commit(1)
        for id in 200..<400 { try await writer.write(["{\"id\":\(id)}"], key: [.int(id * 7 % 10)]) }
        _ = try await writer.commit(2, isLast: true)
        try await writer.close()
        #expect(fixture.names().count == 10)
        #expect(try await fixture.records("*").compactMap { $0["id"]?.intValue }.sorted() == Array(0..<400))
        for name in fixture.names() {
            let ids = try await fixture.records(name).compactMap { $0["id"]?.intValue }
            #expect(ids == ids.sorted())
        }
    }

    @Test func nothingAppearsBeforeItsCommitHoweverManyFilesAreFinished() async throws {
        let writer = try await fixture.writer("out/", size: BatchSize(records: 1))
        try await writer.write(lines(0..<300))
        #expect(fixture.names("out") == [])
        _ = try await writer.commit(1)
        #expect(fixture.names("out").count == 300)
        try await writer.write(lines(300..<500))
        try await writer.close()
        #expect(fixture.names("out").count == 300)
    }

    @Test(arguments: ["one.jsonl", "{key}.jsonl", "{n}.jsonl"])
    func aRunThatFailsBeforeItsFirstCommitLeavesNothing(template: String) async throws {
        let writer = try await fixture.writer(template, size: BatchSize(records: 3))
        try await writer.write(lines(0..<10))
        try await writer.close()
        #expect(fixture.names(hidden: true) == [])
    }

    @Test func aRunThatFailsLaterLeavesOnlyWhatItGoesOnWith() async throws {
        var writer = try await fixture.writer("{n}.jsonl", size: BatchSize(records: 4))
        try await writer.write(lines(0..<10))
        let receipt = try await writer.commit(1)
        try await writer.write(lines(10..<30))
        try await writer.close()
        #expect(fixture.names() == ["00001.jsonl", "00002.jsonl"])
        writer = try await fixture.writer("{n}.jsonl", receipt: receipt, size: BatchSize(records: 4))
        try await writer.write(lines(10..<30))
        _ = try await writer.commit(2, isLast: true)
        try await writer.close()
        #expect(fixture.names().count == 8)
        #expect(!fixture.hasLeftovers())
        #expect(try await fixture.records("*.jsonl").map { $0["id"]?.intValue } == Array(0..<30))
    }

    @Test func theManifestListsWhatIsThere() async throws {
        let writer = try await fixture.writer("{key}-{n}.jsonl.gz", size: BatchSize(records: 4))
        try await writer.write(lines(0..<10), key: ["a"])
        try await writer.write(lines(10..<12), key: ["b"])
        _ = try await writer.commit(1)
        #expect(!fixture.names(hidden: true).contains(".s.manifest.jsonl"))
        _ = try await writer.commit(2, isLast: true)
        try await writer.close()
        let entries = try fixture.text(".s.manifest.jsonl").split(separator: "\n").map {
            try JSONValue(parsing: String($0))
        }
        #expect(entries.map { $0["name"]?.stringValue } == fixture.names())
        #expect(entries.map { $0["records"]?.intValue } == [4, 4, 2, 2])
        #expect(entries.map { $0["key"]?.stringValue } == ["a", "a", "a", "b"])
        for entry in entries {
            let name = entry["name"]?.stringValue ?? ""
            #expect(try FileReader(path: "\(fixture.path)/\(name)").byteCount == entry["stored"]?.intValue)
            #expect(try fixture.text(name).utf8.count == entry["bytes"]?.intValue)
        }
    }

    @Test(arguments: ["{key}-{n}.jsonl", "{key}.jsonl"])
    func overwritingRemovesWhatAnEarlierRunWroteAndNothingElse(template: String) async throws {
        try fixture.write("mine.jsonl", "{}\n")
        for (keys, names) in [(["a", "b", "c"], 3), (["b"], 1)] {
            let writer = try await fixture.writer(template)
            for key in keys { try await writer.write(lines(0..<3), key: [.string(key)]) }
            _ = try await writer.commit(1, isLast: true)
            try await writer.close()
            #expect(fixture.names().count == names + 1)
        }
        #expect(try fixture.text("mine.jsonl") == "{}\n")
    }

    @Test func whatARunThatWasGivenUpMadeVisibleIsRemovedByTheNext() async throws {
        var writer = try await fixture.writer("{n}.jsonl", size: BatchSize(records: 1))
        try await writer.write(lines(0..<10))
        _ = try await writer.commit(1)
        try await writer.close()  // and its receipt is lost
        writer = try await fixture.writer("{n}.jsonl", size: BatchSize(records: 5))
        try await writer.write(lines(0..<10))
        _ = try await writer.commit(1, isLast: true)
        try await writer.close()
        #expect(try await fixture.records("*.jsonl").map { $0["id"]?.intValue } == Array(0..<10))
    }

    @Test(arguments: ["one.jsonl", "{n}.jsonl", "{key}.jsonl"]) func appendingKeepsWhatIsThere(template: String)
        async throws
    {
        for round in 0..<3 {
            let writer = try await fixture.writer(template) { $0.load = .append }
            try await writer.write(lines(round * 10..<round * 10 + 10))
            _ = try await writer.commit(1)
            _ = try await writer.commit(2, isLast: true)
            try await writer.close()
            #expect(try await fixture.records("*.jsonl").map { $0["id"]?.intValue } == Array(0..<round * 10 + 10))
        }
        #expect(fixture.names().count == (template == "{n}.jsonl" ? 3 : 1))
    }

    @Test(arguments: [
        ("one.csv", "id,name\n1,a\n", "id,name\n1,a\n0,\n"), ("one.csv", "name,id\na,1", "name,id\na,1\n,0\n"),
        ("one.csv", "", "id\n0\n"), ("one.tsv", "id\tname\n", "id\tname\n0\t\n"),
    ])
    func recordsAreAppendedInTheOrderOfTheHeader(name: String, before: String, after: String) async throws {
        try fixture.write(name, before)
        for load in 0..<2 {
            try fixture.write(name, before)
            let destination = FilesDestination(
                FilesDestinationOptions(path: "\(fixture.path)/\(name)", load: .append))
            let group = try destination.writers()
            let stream = DestinationStream("s", checkpointID: "x")
            let writer = load == 0 ? try await destination.open(stream) : try await group.open(stream)
            try await writer.write(lines(0..<1))
            let commit = Commit(sequence: 1, checkpoint: Checkpoint(nil), isLast: true)
            if load == 0 {
                _ = try await writer.commit(commit)
                try await writer.close()
            } else {
                try await group.commit([StreamCommit(writer, commit)])
                try await group.close()
            }
            #expect(try fixture.text(name) == after)
        }
    }

    @Test(arguments: ["name\na\n", "id;name\n1;a\n"])
    func aHeaderWithoutAFieldOfTheRecordsIsAnError(before: String) async throws {
        try fixture.write("one.csv", before)
        let writer = try await fixture.writer("one.csv") { $0.load = .append }
        let error = await #expect(throws: CartloadError.self) { try await writer.write(lines(0..<1)) }
        #expect(error?.code.rawValue == "format.other-fields")
        try await writer.close()
        #expect(try fixture.text("one.csv") == before)
        #expect(!fixture.hasLeftovers())
    }

    @Test func nothingIsAppendedWhereNothingTellsTheColumns() async throws {
        try fixture.write("one.csv", "1\n")
        let writer = try await fixture.writer("one.csv") {
            $0.load = .append
            $0.csv.header = .absent
        }
        let error = await #expect(throws: CartloadError.self) { try await writer.write(lines(0..<1)) }
        #expect(error?.code == .fileTemplate)
        try await writer.close()
        #expect(try fixture.text("one.csv") == "1\n")
        #expect(!fixture.hasLeftovers())
    }

    @Test(arguments: ["one.csv.gz", "{key}.csv", "{n}.csv"]) func aLaterRunAddsToWhatAnEarlierOneWrote(template: String)
        async throws
    {
        var receipt: JSONValue?
        for round in 0..<3 {
            let writer = try await fixture.writer(template, receipt: receipt)
            try await writer.write(lines(round * 10..<round * 10 + 10))
            if round == 1 {
                // Until the commit a reader finds what was there.
                #expect(try await fixture.records("*.csv*").count == 10)
            }
            _ = try await writer.commit(round * 2 + 1)
            receipt = try await writer.commit(round * 2 + 2, isLast: true)
            try await writer.close()
            #expect(try await fixture.records("*.csv*").map { $0["id"]?.intValue } == Array(0..<round * 10 + 10))
        }
        #expect(!fixture.hasLeftovers())
    }

    @Test func aRecordWithAFieldThatTheHeaderLacksIsAnError() async throws {
        let writer = try await fixture.writer("one.csv")
        try await writer.write(lines(0..<3))
        let error = await #expect(throws: CartloadError.self) { try await writer.write(["{\"id\":3,\"more\":1}"]) }
        #expect(error?.code.rawValue == "format.other-fields")
        try await writer.close()
        #expect(fixture.names(hidden: true) == [])
    }

    @Test func twoStreamsWithOneNameAreRefused() async throws {
        let destination = FilesDestination(FilesDestinationOptions(path: "\(fixture.path)/one.jsonl"))
        let first = try await destination.open(DestinationStream("a", checkpointID: "x"))
        let error = await #expect(throws: CartloadError.self) {
            try await destination.open(DestinationStream("b", checkpointID: "x"))
        }
        #expect(error?.code == .fileTemplate)
        try await first.close()
    }

    @Test func aKeyThatMakesTheNameOfAnotherStreamIsRefused() async throws {
        let destination = FilesDestination(FilesDestinationOptions(path: "\(fixture.path)/out/"))
        let first = try await destination.open(DestinationStream("a", checkpointID: "x"))
        try await first.write(["{\"id\":1}"], key: ["b-c"])
        let second = try await destination.open(DestinationStream("a-b", checkpointID: "x"))
        let error = await #expect(throws: CartloadError.self) { try await second.write(["{\"id\":2}"], key: ["c"]) }
        #expect(error?.code == .fileTemplate)
        try await first.close()
        try await second.close()
    }

    @Test func theFilesOfAnEarlierRunThatAreGoneAreAnError() async throws {
        var writer = try await fixture.writer("one.jsonl")
        try await writer.write(lines(0..<3))
        let receipt = try await writer.commit(1)
        try await writer.close()
        try fixture.folder.remove(".one.jsonl.cartload-part")
        let error = await #expect(throws: CartloadError.self) {
            try await fixture.writer("one.jsonl", receipt: receipt)
        }
        #expect(error?.code == .fileChanged)
        writer = try await fixture.writer("one.jsonl")
        try await writer.close()
        await #expect(throws: CartloadError.self) { try await fixture.writer("one.jsonl", receipt: ["no": "receipt"]) }
    }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFiles
import CartloadFlow
import CartloadSQLite
import CartloadSinger
import SQLiteDatabase
import TestSupport
import Testing

/// BATCH messages of a tap: files of the right size, whole before they are named, with a STATE after each.
@Suite struct TapBatchTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.make("out")
    }

    enum Origin: String, Sendable, CaseIterable {
        case sqlite, files, memory
    }

    /// Records 1 to n of a source of a kind.
    private func source(_ origin: Origin, _ count: Int) throws -> any Source {
        func record(_ id: Int) -> String { #"{"id":\#(id),"name":"n\#(id)"}"# }
        switch origin {
        case .sqlite:
            try Database(path: folder.path + "/a.db", access: .create).execute(
                """
                CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
                INSERT INTO users SELECT i, 'n' || i FROM n
                """)
            return SQLiteSource(path: folder.path + "/a.db")
        case .files:
            try folder.write("users.jsonl", (1...count).map { record($0) + "\n" }.joined())
            return FilesSource(FilesSourceOptions(paths: [folder.path + "/users.jsonl"]))
        case .memory:
            let batches = stride(from: 1, through: count, by: 7).map { first in
                RecordBatch(.rows(Rows((first...min(first + 6, count)).map(record))))
            }
            return MemorySource("users", batches)
        }
    }

    private func trial(_ more: [String: JSONValue] = [:], encoding: JSONValue = ["format": "jsonl"]) throws -> TapTrial
    {
        var batches: JSONValue = ["encoding": encoding, "storage": ["root": .string(folder.path + "/out")]]
        for (name, value) in more {
            var object = batches.objectValue ?? JSONObject()
            object[name] = value
            batches = .object(object)
        }
        return try TapTrial(["batch_config": batches])
    }

    private func ids(_ texts: [String]) throws -> [[Int]] {
        try texts.map { text in
            try text.split(separator: "\n").compactMap { try JSONValue(parsing: String($0))["id"]?.intValue }
        }
    }

    // MARK: Sizes and states

    /// Exactly so many records a file, whatever the source's blocks are, and a state after each message.
    @Test(
        arguments: [(Origin.sqlite, 512), (.sqlite, 1 << 18), (.files, 512), (.files, 1 << 18)], [1, 10, 33, 100, 1000])
    func everyFileHasItsNumberOfRecordsAndAStateAfterIt(originAndBlock: (Origin, Int), size: Int) async throws {
        let (origin, blockSize) = originAndBlock
        var trial = try trial(["batch_size": .int(size)])
        trial.options.blockSize = blockSize
        #expect(await trial.run(try source(origin, 100)) == nil)
        let batches = try trial.messages("BATCH")
        let expected = stride(from: 1, through: 100, by: size).map { Array($0...min($0 + size - 1, 100)) }
        #expect(try ids(BatchContents.texts(batches)) == expected)
        #expect(batches.compactMap { $0["size"]?.intValue } == expected.map(\.count))
        let types = try trial.lines.map { try JSONValue(parsing: $0)["type"]?.stringValue ?? "" }
        #expect(types.first == "SCHEMA")
        // After each but the last, whose state is that of the end.
        let pairs = zip(types, types.dropFirst()).filter { $0.0 == "BATCH" }
        #expect(pairs.allSatisfy { $0.1 == "STATE" }, "\(types)")
        #expect(types.last == "STATE")
    }

    /// Where the source cannot resume everywhere, a state waits for the file that its records are in.
    @Test(arguments: [4, 7, 10, 30])
    func noStateIsAheadOfTheFiles(size: Int) async throws {
        let trial = try trial(["batch_size": .int(size)])
        #expect(await trial.run(try source(.memory, 50)) == nil)
        var sent = 0
        for line in trial.lines {
            let message = try JSONValue(parsing: line)
            if let size = message["size"]?.intValue { sent += size }
            guard let text = message["value"]?["bookmarks"]?["users"]?["checkpoint"]?.stringValue else { continue }
            let done = try JSONValue(parsing: text)["done"]?.intValue ?? 0
            #expect(min(done * 7, 50) <= sent)
        }
        #expect(sent == 50 && trial.states.last == ["bookmarks": ["users": [:]]])
    }

    /// Bytes before compression; a single larger record is a file of its own.
    @Test(arguments: ["none", "gzip"], [1, 100, 250, 5000])
    func aFileHasItsNumberOfBytesAtMost(compression: String, limit: Int) async throws {
        let trial = try trial(
            ["max_bytes": .int(limit), "batch_size": 1000],
            encoding: ["format": "jsonl", "compression": .string(compression)])
        #expect(await trial.run(try source(.files, 100)) == nil)
        let texts = try BatchContents.texts(try trial.messages("BATCH"))
        #expect(try ids(texts).flatMap { $0 } == Array(1...100))
        for text in texts { #expect(text.utf8.count <= limit || text.split(separator: "\n").count == 1) }
        // And no file is smaller than it has to be.
        for (text, next) in zip(texts, texts.dropFirst()) {
            let first = next.split(separator: "\n").first.map { $0.utf8.count + 1 } ?? 0
            #expect(text.utf8.count + first > limit)
        }
    }

    @Test func aStreamWithoutRecordsHasASchemaAndNoFile() async throws {
        try folder.write("users.jsonl", "")
        let trial = try trial()
        #expect(await trial.run(FilesSource(FilesSourceOptions(paths: [folder.path + "/users.jsonl"]))) == nil)
        #expect(try trial.messages("SCHEMA").count == 1 && trial.messages("BATCH") == [])
        #expect(folder.names("out") == [])
    }

    // MARK: Files

    @Test(arguments: ["none", "gzip", "zstd"], ["jsonl", "csv"])
    func whatIsAskedForIsWritten(compression: String, format: String) async throws {
        let trial = try trial(
            ["batch_size": 60], encoding: ["format": .string(format), "compression": .string(compression)])
        #expect(await trial.run(try source(.sqlite, 100)) == nil)
        let suffix = ["none": "", "gzip": ".gz", "zstd": ".zst"][compression] ?? "?"
        #expect(
            folder.names("out") == [1, 2].map { "tap-test--users-run-\($0).\(format)\(suffix)" })
        let magic: [UInt8] = ["gzip": [0x1f, 0x8b], "zstd": [0x28, 0xb5, 0x2f, 0xfd]][compression] ?? []
        for name in folder.names("out") { #expect(try folder.bytes("out/\(name)").starts(with: magic)) }
        let batches = try trial.messages("BATCH")
        #expect(batches.allSatisfy { $0["encoding"]?["format"] == .string(format) })
        #expect(
            batches.allSatisfy {
                $0["encoding"]?["compression"] == (compression == "none" ? .null : .string(compression))
            })
        #expect(batches.allSatisfy { $0["encoding"]?.objectValue?.count == 2 })
        let texts = try BatchContents.texts(batches)
        if format == "csv" {
            #expect(texts.allSatisfy { $0.hasPrefix("id,name\n") } && texts.last?.hasSuffix("100,n100\n") == true)
        } else {
            #expect(try ids(texts).flatMap { $0 } == Array(1...100))
        }
    }

    /// When a message leaves, its file is there under its name and whole; nothing unfinished stays.
    @Test func filesAreWholeWhenTheyAreNamed() async throws {
        let trial = try trial(["batch_size": 30], encoding: ["format": "jsonl", "compression": "gzip"])
        let log = trial.log
        let output = LineOutput { buffer in
            for line in String(decoding: buffer, as: UTF8.self).split(separator: "\n") {
                let message = try JSONValue(parsing: String(line))
                if let size = message["size"]?.intValue {
                    let text = try BatchContents.texts([message]).joined()
                    log.note("whole \(text.split(separator: "\n").count == size)")
                }
            }
        }
        #expect(await trial.run(try source(.files, 100), output: output) == nil)
        #expect(trial.log.all("whole") == Array(repeating: "true", count: 4))
        #expect(folder.names("out").count == 4)
    }

    @Test func whenTheRunFailsNothingUnfinishedStays() async throws {
        try folder.write("users.jsonl", (1...25).map { "{\"id\":\($0)}\n" }.joined() + "oops\n")
        var trial = try trial(["batch_size": 10])
        trial.options.blockSize = 64
        #expect(await trial.run(FilesSource(FilesSourceOptions(paths: [folder.path + "/users.jsonl"]))) != nil)
        let named = try trial.messages("BATCH").flatMap { $0["manifest"]?.arrayValue ?? [] }.compactMap(\.stringValue)
        #expect(Set(named) == Set(folder.names("out").map { "file://\(folder.path)/out/\($0)" }))
        #expect(named.count == 2)
    }

    @Test func aStopSendsWhatIsThereWithItsState() async throws {
        var trial = try trial(["batch_size": 100])
        trial.options.blockSize = 256
        let source = try source(.sqlite, 20_000)
        let (stop, log) = (trial.stop, trial.log)
        let output = LineOutput { buffer in
            for line in String(decoding: buffer, as: UTF8.self).split(separator: "\n") {
                log.note("out \(line)")
                if line.contains("SCHEMA") { stop.request() }
            }
        }
        #expect(await trial.run(source, output: output) == nil)
        let sent = try ids(BatchContents.texts(trial.messages("BATCH"))).flatMap { $0 }
        // As far as it had been read ahead, which is bounded.
        #expect(sent.count < 20_000)
        var second = try self.trial()
        second.runID = "second"
        second.state = trial.states.last ?? .null
        #expect(await second.run(source) == nil)
        #expect(try sent + ids(BatchContents.texts(second.messages("BATCH"))).flatMap { $0 } == Array(1...20_000))
    }

    // MARK: Names

    @Test(arguments: [
        ("", "", "tap-test--users-run-1.jsonl"), ("x-", "", "x-tap-test--users-run-1.jsonl"),
        ("a/b/", "a/b", "tap-test--users-run-1.jsonl"), ("a/b/x-", "a/b", "x-tap-test--users-run-1.jsonl"),
    ])
    func aPrefixMayHaveFolders(prefix: String, place: String, name: String) async throws {
        let trial = try trial(["storage": ["root": .string(folder.path + "/out"), "prefix": .string(prefix)]])
        #expect(await trial.run(try source(.files, 3)) == nil)
        #expect(folder.names("out/" + place).contains(name))
        #expect(try ids(BatchContents.texts(trial.messages("BATCH"))) == [[1, 2, 3]])
    }

    @Test(arguments: ["../x", "a/../../x", ".."])
    func aPrefixMayNotLeadOut(prefix: String) {
        #expect(throws: CartloadError.self) {
            try trial(["storage": ["root": .string(folder.path + "/out"), "prefix": .string(prefix)]])
        }
    }

    /// Stream names that are no file names, or that look alike once they have been made into one.
    @Test func streamNamesAreMadeIntoFileNames() async throws {
        let names = [
            "a/b", "a-b", "a b", "../../etc/passwd", "café", "a%2fb", ".", "", "a\0b", "x\ny",
            String(repeating: "long", count: 100),
        ]
        let source = MemorySource(names.map { MemorySource($0, [RecordBatch(.rows(Rows([#"{"id":1}"#])))]) })
        let trial = try trial()
        #expect(await trial.run(source) == nil)
        #expect(folder.names("out").count == names.count && folder.names().count == 1)
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
        #expect(folder.names("out").allSatisfy { $0.allSatisfy(allowed.contains) && $0.utf8.count < 160 })
        let batches = try trial.messages("BATCH")
        #expect(batches.compactMap { $0["stream"]?.stringValue } == names)
        #expect(try ids(BatchContents.texts(batches)) == names.map { _ in [1] })
    }

    // MARK: What else

    @Test func onlyTheStreamsThatAreListedGoAsBatches() async throws {
        let source = MemorySource(["a", "b"].map { MemorySource($0, [RecordBatch(.rows(Rows([#"{"id":1}"#])))]) })
        let trial = try trial(["streams": ["b"]])
        #expect(await trial.run(source) == nil)
        #expect(try trial.messages("RECORD").map { $0["stream"] } == ["a"])
        #expect(try trial.messages("BATCH").map { $0["stream"] } == ["b"])
    }

    /// Neither messages nor files have what is not selected (I4).
    @Test(
        arguments: [("jsonl", Origin.sqlite), ("jsonl", .files), ("csv", .sqlite), ("csv", .files)],
        ["none", "gzip", "zstd"])
    func whatIsNotSelectedIsNowhere(formatAndOrigin: (String, Origin), compression: String) async throws {
        let (format, origin) = formatAndOrigin
        var trial = try trial(encoding: ["format": .string(format), "compression": .string(compression)])
        trial.catalog = try Catalog(
            JSONValue(
                parsing:
                    #"{"streams":[{"tap_stream_id":"users","schema":{"properties":{"id":{"type":"integer"},"name":{"type":["string","null"]}}},"metadata":[{"breadcrumb":[],"metadata":{"selected":true}},{"breadcrumb":["properties","name"],"metadata":{"selected":false}}]}]}"#
            ))
        #expect(await trial.run(try source(origin, 20)) == nil)
        #expect(!trial.text.contains("\"name\":{") && !trial.text.contains("n17"))
        for text in try BatchContents.texts(trial.messages("BATCH")) {
            #expect(!text.contains("name") && !text.contains("n17"))
        }
    }

    /// A state that says that all is done comes after the activation: behind it nobody would send that again.
    @Test(arguments: Origin.allCases, [4, 100])
    func theVersionIsActivatedBeforeTheLastState(origin: Origin, size: Int) async throws {
        var trial = try trial(["batch_size": .int(size)])
        trial.options.emitsVersions = true
        #expect(await trial.run(try source(origin, 20)) == nil)
        let types = try trial.lines.map { try JSONValue(parsing: $0)["type"]?.stringValue }
        #expect(types.suffix(2) == ["ACTIVATE_VERSION", "STATE"])
        let version = SteppedClock.start / 1000
        #expect(try trial.messages("BATCH").allSatisfy { $0["version"] == .int(version) })
        #expect(trial.states.last == ["bookmarks": ["users": [:]]])
        #expect(trial.states.dropLast().allSatisfy { $0["bookmarks"]?["users"]?["version"] == .int(version) })
    }

    @Test func everythingBeyondASCIIIsEscapedIfAsked() async throws {
        for isBatch in [false, true] {
            var trial = isBatch ? try self.trial() : TapTrial()
            trial.options.isASCIIOnly = true
            let source = MemorySource("café", [RecordBatch(.rows(Rows([#"{"id":1,"näme":"☂😀"}"#])))])
            #expect(await trial.run(source) == nil)
            let files = try BatchContents.texts(trial.messages("BATCH")).joined()
            #expect((trial.text + files).utf8.allSatisfy { $0 < 0x80 })
            let records =
                isBatch ? [try JSONValue(parsing: files)] : try trial.records().map { JSONValue.object($0) }
            #expect(records == [["id": 1, "näme": "☂😀"]])
        }
    }
}

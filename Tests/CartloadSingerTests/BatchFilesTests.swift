// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadFormats
import Dispatch
import Glibc
import TestSupport
import Testing

@testable import CartloadSinger

/// The files of BATCH messages as a target reads them.
@Suite struct BatchFilesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func lines(_ ids: ClosedRange<Int>) -> String { ids.map { "{\"id\":\($0)}\n" }.joined() }

    private func path(_ name: String) -> String { folder.path + "/" + name }

    private func write(_ name: String, _ bytes: Bytes) throws {
        try folder.overwrite(name, at: 0, with: bytes.withUnsafeBytes { Array($0) })
    }

    /// The ids that a batch loads, or the error.
    private func load(
        _ messages: String, workers: Int = 1, _ change: (inout TargetOptions) -> Void = { _ in }
    ) async throws -> (ids: [Int], error: CartloadError?, trial: TargetTrial) {
        var trial = TargetTrial()
        trial.workers = workers
        trial.options.batchFiles.access = try BatchFileAccess(roots: [folder.path])
        change(&trial.options)
        let destination = WatchedDestination(trial.log)
        let error = await trial.run(Message.users + messages + Message.state(1), into: destination)
        return (destination.ids("users"), error, trial)
    }

    // MARK: Compression

    /// A file's first bytes tell how it is compressed, whatever the message says.
    @Test(arguments: Compression.allCases, ["null", "\"none\"", "\"gzip\"", "\"zstd\"", "\"snappy\""])
    func theFileTellsHowItIsCompressed(actual: Compression, declared: String) async throws {
        try write("a.jsonl", BlockCompressor(actual).compress(Bytes(Self.lines(1...500))))
        let message =
            #"{"type":"BATCH","stream":"users","encoding":{"format":"jsonl","compression":\#(declared)},"manifest":["\#(path("a.jsonl"))"]}"#
            + "\n"
        let (ids, error, _) = try await load(message) { $0.blockSize = 256 }
        #expect(error == nil && ids == Array(1...500))
    }

    @Test(arguments: [Compression.gzip, .zstd])
    func severalMembersAreOneFile(compression: Compression) async throws {
        var bytes = BytesBuilder()
        // Members end within lines too.
        for part in ["{\"id\":1}\n{\"i", "d\":2}\n", "", "{\"id\":3}"] {
            bytes.append(BlockCompressor(compression).compress(Bytes(part)))
        }
        try write("a", bytes.finish())
        let (ids, error, _) = try await load(Message.batch("users", [path("a")]))
        #expect(error == nil && ids == [1, 2, 3])
    }

    /// A mebibyte may come of anything; beyond it the ratio counts.
    @Test(arguments: [Compression.gzip, .zstd])
    func aFileThatGrowsTooMuchIsRefused(compression: Compression) async throws {
        let blank = String(repeating: " ", count: 1 << 20)
        var text = BytesBuilder()
        for _ in 0..<8 { text.append(Bytes(blank)) }
        text.append(Bytes("\n{\"id\":1}\n"))
        try write("bomb", BlockCompressor(compression).compress(text.finish()))
        let message = Message.batch("users", [path("bomb")])
        let (ids, error, trial) = try await load(message) { $0.batchFiles.maximumExpansion = 50 }
        #expect(error?.code == .expandsTooMuch && error?.location.source == path("bomb"))
        #expect(ids == [] && trial.states == [])
        let allowed = try await load(message) { $0.batchFiles.maximumExpansion = 1_000_000 }
        #expect(allowed.error == nil && allowed.ids == [1])
    }

    @Test(arguments: [Compression.none, .gzip])
    func aFileThatIsTooLargeIsRefused(compression: Compression) async throws {
        let text = Self.lines(1...2000)
        try write("a", BlockCompressor(compression).compress(Bytes(text)))
        let message = Message.batch("users", [path("a")])
        let (_, error, trial) = try await load(message) { $0.batchFiles.maximumBytes = text.utf8.count - 1 }
        #expect(error?.code == .batchFile && trial.states == [])
        #expect(error?.message == "the batch file has more than \(text.utf8.count - 1) bytes")
        #expect(try await load(message) { $0.batchFiles.maximumBytes = text.utf8.count }.error == nil)
    }

    // MARK: Damage

    @Test(arguments: [Compression.gzip, .zstd], [1, 9, 200])
    func aFileThatWasCutOffIsRefused(compression: Compression, cut: Int) async throws {
        let bytes = BlockCompressor(compression).compress(Bytes(Self.lines(1...3000)))
        try write("a", bytes[0..<max(2, bytes.count - cut)])
        let (_, error, trial) = try await load(Message.batch("users", [path("a")]))
        #expect(error != nil && trial.states == [])
        #expect(error?.location.source == path("a"))
    }

    @Test func aMissingFileLeavesThoseBeforeItAloneToo() async throws {
        try folder.write("a", Self.lines(1...3))
        let (ids, error, trial) = try await load(
            Message.record("users", 0) + Message.batch("users", [path("a"), path("b")]))
        #expect(error?.code == .batchFile && error?.message.hasSuffix("does not exist") == true)
        #expect(error?.location.source == "stdin" && error?.location.line == 3)
        #expect(error?.location.byte == (Message.users + Message.record("users", 0)).utf8.count)
        // Files are looked for before the first is read.
        #expect(ids == [0] && trial.states == [])
    }

    /// While the first file is written, the second shrinks, grows or goes.
    @Test(arguments: ["shrinks", "grows", "goes"])
    func aFileThatChangesWhileItIsReadIsRefused(change: String) async throws {
        // More than is read ahead.
        let text = Self.lines(1...40_000)
        try folder.write("a", text)
        let reader = try BatchFileReader(.local(path("a")), BatchFileOptions())
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
        defer { buffer.deallocate() }
        #expect(try reader.read(into: buffer) > 0)
        switch change {
        case "shrinks": truncate(path("a"), off_t(text.utf8.count - 10))
        case "grows": try folder.overwrite("a", at: text.utf8.count, with: Array("{\"id\":4}\n".utf8))
        default: try folder.remove("a")
        }
        func readOn() throws { while try reader.read(into: buffer) > 0 {} }
        if change == "goes" { return try readOn() }  // what is open stays whole
        let error = #expect(throws: CartloadError.self) { try readOn() }
        #expect(error?.code == .batchFile && error?.message.contains("changed while it was read") == true)
        #expect(error?.location.source == path("a"))
    }

    @Test(arguments: [
        "{\"id\":1}\n{\"id\":2", "{\"id\":1}\n[2]\n", "{\"id\":1}\nhello\n", "{\"id\":1}\n\"a\"\n",
        "PAR1\u{15}\u{4}", "id,name\n1,a\n",
    ])
    func aLineThatIsNoRecordIsRefused(text: String) async throws {
        try folder.write("a", text)
        let (_, error, trial) = try await load(Message.batch("users", [path("a")]))
        #expect(error?.location.source == path("a"))
        #expect(error?.location.line == (text.hasPrefix("{") ? 2 : 1) && trial.states == [])
    }

    @Test(arguments: ["", "\n \n", "\u{feff}", "\r\n"])
    func anEmptyFileIsABatchOfNothing(text: String) async throws {
        try folder.write("a", text)
        let (ids, error, trial) = try await load(Message.batch("users", [path("a")]))
        #expect(error == nil && ids == [] && trial.states.count == 1)
    }

    @Test func anEmptyManifestIsNothing() async throws {
        let (ids, error, trial) = try await load(Message.batch("users", []))
        #expect(error == nil && ids == [] && trial.states.count == 1)
    }

    @Test func aByteOrderMarkAndCarriageReturnsAreLeftOut() async throws {
        try folder.write("a", "\u{feff}{\"id\":1}\r\n\r\n{\"id\":2}\r\n{\"id\":3}")
        let (ids, error, _) = try await load(Message.batch("users", [path("a")]))
        #expect(error == nil && ids == [1, 2, 3])
    }

    // MARK: Order and counts

    @Test(arguments: [1, 2], [1, 4])
    func severalFilesKeepTheirOrder(workers: Int, concurrency: Int) async throws {
        var names: [String] = []
        for file in 0..<12 {
            // The first are the largest, so that the others would overtake them.
            let count = (12 - file) * 40
            try write(
                "f\(file)",
                BlockCompressor(file % 2 == 0 ? .gzip : .none).compress(
                    Bytes((0..<count).map { "{\"id\":\(file * 1000 + $0)}\n" }.joined())))
            names.append(path("f\(file)"))
        }
        let (ids, error, _) = try await load(
            Message.record("users", -1) + Message.batch("users", names), workers: workers
        ) {
            $0.batchFiles.concurrency = concurrency
            $0.blockSize = 512
        }
        #expect(error == nil)
        var expected = [-1]
        for file in 0..<12 {
            for number in 0..<(12 - file) * 40 { expected.append(file * 1000 + number) }
        }
        #expect(ids == expected)
    }

    @Test(arguments: [2, 3, 4])
    func anExactCountMustBeRight(count: Int) async throws {
        try folder.write(
            "a", (1...3).map { #"{"type":"RECORD","stream":"users","record":{"id":\#($0)}}"# + "\n" }.joined())
        let message =
            #"{"type":"BATCH","stream":"users","filepath":"\#(path("a"))","format":"jsonl","batch_size":\#(count)}"#
            + "\n"
        let (ids, error, trial) = try await load(message)
        if count == 3 {
            #expect(error == nil && ids == [1, 2, 3] && trial.states.count == 1)
        } else {
            #expect(error?.message == "the files of the batch have 3 records and the message says \(count)")
            #expect(error?.location.line == 2 && trial.states == [])
        }
    }

    @Test(arguments: [2, 3])
    func moreThanTheBoundOfAFileIsAWarning(size: Int) async throws {
        try folder.write("a", Self.lines(1...3))
        try folder.write("b", Self.lines(4...4))
        let (ids, error, trial) = try await load(Message.batch("users", [path("a"), path("b")], #","size":\#(size)"#))
        #expect(error == nil && ids == [1, 2, 3, 4])
        #expect(trial.warnings.all.count == (size == 2 ? 1 : 0))
    }

    // MARK: Forms

    @Test func wrappedRowsAreOpened() async throws {
        let rows =
            #"{"type": "RECORD", "stream": "users", "record": {"id": 1}, "version": 4}"# + "\n"
            + #"{"record":{"id":2,"name":NaN},"stream":"users","type":"record"}"# + "\n"
        try folder.write("a", rows)
        let tails = #"{"type":"BATCH","stream":"users","filepath":"\#(path("a"))","format":"jsonl"}"# + "\n"
        #expect(try await load(tails).ids == [1, 2])
        // A setting overrules the dialect, in both directions; rows are never unwrapped by guessing.
        #expect(try await load(Message.batch("users", [path("a")])) { $0.batchFiles.rows = .wrapped }.ids == [1, 2])
        let raw = try await load(Message.batch("users", [path("a")]))
        #expect(raw.error?.code == .invalidRecord)
        try folder.write("b", Self.lines(1...2))
        let wrong = try await load(#"{"type":"BATCH","stream":"users","filepath":"\#(path("b"))"}"# + "\n")
        #expect(wrong.error?.code == .batchFile && wrong.error?.location.source == path("b"))
    }

    @Test func commaSeparatedValuesAreReadWithTheirOptionsAndTypes() async throws {
        for (name, text, options) in [
            ("plain", "id,name\n1,a\n2,\n", "{}"), ("semicolon", "id;name\n1;a\n2;\n", #"{"delimiter":";"}"#),
            ("quoted", "id,name\n1,'a'\n2,\n", #"{"quote_char":"'"}"#),
            ("headless", "1,a\n2,\n", #"{"header":false}"#),
            ("tab", "id\tname\n1\ta\n2\tNULL\n", #"{"delimiter":"\t","null":"NULL"}"#),
        ] {
            try folder.write(name, text)
            let message =
                #"{"type":"BATCH","stream":"users","format":{"name":"csv","options":\#(options)},"manifest":["\#(path(name))"]}"#
                + "\n"
            var trial = TargetTrial()
            trial.options.batchFiles.access = try BatchFileAccess(roots: [folder.path])
            let destination = WatchedDestination(trial.log)
            #expect(await trial.run(Message.users + message, into: destination) == nil, "\(name)")
            #expect(
                destination.records("users").map { JSONValue.object($0).description }
                    == [#"{"id":1,"name":"a"}"#, #"{"id":2,"name":null}"#], "\(name)")
        }
    }

    @Test(arguments: [#""delimiter":";;""#, #""delimiter":"é""#, #""quote_char":"ab""#, #""delimiter":1"#])
    func anOptionThatIsNoneIsRefused(option: String) async throws {
        try folder.write("a", "id\n1\n")
        let (_, error, _) = try await load(
            #"{"type":"BATCH","stream":"users","format":{"name":"csv","options":{\#(option)}},"manifest":["\#(path("a"))"]}"#
                + "\n")
        #expect(error?.code == .singerMessage && error?.location.line == 2)
    }

    // MARK: Cleaning up

    /// Files go once their records are durable, and not before.
    @Test func filesAreDeletedAfterTheCommit() async throws {
        try folder.write("a", Self.lines(1...2))
        try folder.write("b", Self.lines(3...4))
        let message = Message.batch("users", [path("a"), path("b")])
        for (failsAt, isGone) in [("commit", false), ("write users", false), (nil, true)] as [(String?, Bool)] {
            var trial = TargetTrial()
            trial.options.batchFiles.access = try BatchFileAccess(roots: [folder.path])
            trial.options.batchFiles.cleansUp = true
            let destination = WatchedDestination(trial.log, failsAt: failsAt)
            _ = await trial.run(Message.users + message + Message.state(1), into: destination)
            #expect(folder.names() == (isGone ? [] : ["a", "b"]), "\(failsAt ?? "no failure")")
        }
    }

    @Test func withoutBeingToldNothingIsDeleted() async throws {
        try folder.write("a", Self.lines(1...2))
        #expect(try await load(Message.batch("users", [path("a")])).error == nil)
        #expect(folder.names() == ["a"])
    }

    @Test func aBatchThatIsRefusedIsNotDeleted() async throws {
        try folder.write("a", Self.lines(1...2) + "oops\n")
        let (_, error, _) = try await load(Message.batch("users", [path("a")])) { $0.batchFiles.cleansUp = true }
        #expect(error != nil && folder.names() == ["a"])
    }

    /// Whoever reads the files sees the stop before anybody has cancelled the reading: no state behind them may leave.
    @Test func aStopInTheMiddleOfFilesHoldsBackTheStateBehindThem() async throws {
        try folder.write("a", Self.lines(1...20_000))
        var trial = TargetTrial()
        trial.options.batchFiles.access = try BatchFileAccess(roots: [folder.path])
        trial.options.batchFiles.cleansUp = true
        trial.options.blockSize = 1024
        let isOver = DispatchSemaphore(value: 0)
        trial.stop.onRequest { isOver.wait() }
        let (stop, log) = (trial.stop, trial.log)
        let stopping = Task.detached {
            await log.until("write users")
            stop.request()
        }
        let messages = Message.users + Message.batch("users", [path("a")]) + Message.state(1)
        #expect(await trial.run(messages, into: WatchedDestination(trial.log)) == nil)
        isOver.signal()
        await stopping.value
        #expect(trial.states == [] && folder.names() == ["a"])
        #expect(!trial.log.events.contains { $0.hasSuffix("last") })
    }
}

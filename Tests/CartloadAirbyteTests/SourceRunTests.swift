// SPDX-License-Identifier: Apache-2.0

import CartloadAirbyte
import CartloadCore
import CartloadFlow
import CartloadSQLite
import CartloadTesting
import SQLiteDatabase
import TestSupport
import Testing

@Suite struct SourceRunTests {
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/source.db" }

    init() throws {
        folder = try TemporaryFolder()
        try execute(
            "CREATE TABLE messages (id INTEGER PRIMARY KEY, ts TEXT NOT NULL, note TEXT)",
            "INSERT INTO messages VALUES (1, '2024-01-01', NULL), (2, '2024-01-02', 'ä'), (3, '2024-01-03', 'c')",
            "CREATE TABLE empty (a INTEGER)", "CREATE VIEW whole AS SELECT id FROM messages")
    }

    private func execute(_ statements: String...) throws {
        let database = try Database(path: path, access: .create)
        for statement in statements { try database.execute(statement) }
    }

    private func configured(_ name: String, _ mode: SyncMode = .incremental, cursor: String? = nil) -> ConfiguredStream
    {
        var stream = ConfiguredStream(AirbyteStream(StreamDescriptor(name), jsonSchema: JSONObject()), mode)
        if let cursor { stream.cursorField = [cursor] }
        return stream
    }

    private func sync(
        _ source: any Source, _ streams: [ConfiguredStream], state: JSONValue = .null, interval: Int = 10_000,
        _ lines: Lines = Lines()
    ) async throws -> (lines: Lines, isGood: Bool) {
        var options = SourceOptions(name: "source-test")
        options.workers = 1
        options.stateInterval = interval
        let isGood = try await SourceRun(
            source, options: options, catalog: ConfiguredCatalog(streams), state: SourceState(state),
            output: lines.output()
        ).run()
        return (lines, isGood)
    }

    /// The last state of each stream, in the form that a runner gives back.
    private func states(_ lines: Lines) throws -> JSONValue {
        var last: [String: JSONValue] = [:]
        for message in try lines.messages("STATE") {
            guard let state = message["state"] else { continue }
            last[state["stream"]?["stream_descriptor"]?["name"]?.stringValue ?? "?"] = state
        }
        return .array(last.sorted { $0.key < $1.key }.map(\.value))
    }

    private func ids(_ lines: Lines) throws -> [Int] {
        try lines.messages("RECORD").compactMap { $0["record"]?["data"]?["id"]?.intValue }
    }

    @Test func aSyncIsTheseLines() async throws {
        let (lines, isGood) = try await sync(
            SQLiteSource(path: path),
            [configured("messages"), configured("nowhere"), configured("empty", .fullRefresh)],
            interval: 2)
        #expect(isGood)
        Golden.expect(lines.text, is: "sync.jsonl")
    }

    @Test func theCatalogIsThisLine() async throws {
        let streams = try await AirbyteStream.discovered(
            from: SQLiteSource(path: path, tables: ["messages", "empty", "whole"]))
        let cursor = try await AirbyteStream.discovered(
            from: SQLiteSource(path: path, tables: ["messages"], cursor: "ts"))
        Golden.expect(
            AirbyteMessage.catalog(streams).description + "\n" + AirbyteMessage.catalog(cursor).description + "\n",
            is: "catalog.jsonl")
    }

    @Test(arguments: [nil, "id", "ts", "_airbyte_extracted_at"])
    func aSecondSyncReadsWhatIsNew(cursor: String?) async throws {
        let streams = [configured("messages", cursor: cursor)]
        let first = try await sync(SQLiteSource(path: path), streams)
        #expect(try ids(first.lines) == [1, 2, 3])
        try execute("INSERT INTO messages VALUES (4, '2024-01-04', NULL)")
        let second = try await sync(SQLiteSource(path: path), streams, state: try states(first.lines))
        #expect(try ids(second.lines) == [4])
        let third = try await sync(SQLiteSource(path: path), streams, state: try states(second.lines))
        // Nothing is asked for again, and the state is said all the same.
        #expect(try third.lines.words() == ["STARTED messages", "s messages 0.0", "COMPLETE messages"])
    }

    @Test func aStateOfAnotherCursorBeginsAnew() async throws {
        let first = try await sync(SQLiteSource(path: path), [configured("messages", cursor: "ts")])
        let second = try await sync(
            SQLiteSource(path: path), [configured("messages", cursor: "id")], state: try states(first.lines))
        #expect(try ids(second.lines) == [1, 2, 3])
        #expect(try second.lines.messages("LOG").first?["log"]?["level"] == "WARN")
    }

    @Test func aFullRefreshGoesOnOnlyFromItsMiddle() async throws {
        let streams = [configured("messages", .fullRefresh)]
        let whole = try await sync(SQLiteSource(path: path), streams, interval: 1)
        let all = try whole.lines.messages("STATE")
        #expect(all.last?["state"]?["stream"]?["stream_state"]?["complete"] == true)
        let middle: JSONValue = .array([all[0]["state"] ?? nil])
        #expect(try ids(try await sync(SQLiteSource(path: path), streams, state: middle).lines) == [2, 3])
        let end = try states(whole.lines)
        #expect(try ids(try await sync(SQLiteSource(path: path), streams, state: end).lines) == [1, 2, 3])
        // An incremental state would leave records out.
        let other = try await sync(SQLiteSource(path: path), [configured("messages")])
        #expect(
            try ids(try await sync(SQLiteSource(path: path), streams, state: try states(other.lines)).lines) == [
                1, 2, 3,
            ])
    }

    @Test func theIntervalIsCountedAnewInEachBatch() async throws {
        try execute(
            "CREATE TABLE counted (id INTEGER PRIMARY KEY)",
            "WITH RECURSIVE n(v) AS (SELECT 0 UNION ALL SELECT v + 1 FROM n LIMIT 60) INSERT INTO counted SELECT v FROM n",
            "DELETE FROM counted WHERE id BETWEEN 30 AND 44")
        // Batches of 15, 15, none and 15 records, a STATE after every ten: 10, 15, 25, 30, 30, 40 and 45.
        let source = SQLiteSource(
            path: path, tables: ["counted"], cursor: "id", window: SQLiteSource.Window(.integers(15)))
        let (lines, isGood) = try await sync(source, [configured("counted")], interval: 10)
        #expect(isGood)
        let states = try lines.words().filter { $0.hasPrefix("s ") }
        #expect(states == [10, 5, 10, 5, 0, 10, 5].map { "s counted \($0).0" })
    }

    @Test func aStreamThatCanOnlyBeReadWholeIgnoresStates() async throws {
        let source = SQLiteSource(path: path, tables: ["whole"])
        let state: JSONValue = ["whole": ["anything": 1]]
        let (lines, isGood) = try await sync(source, [configured("whole")], state: state)
        #expect(isGood)
        #expect(try ids(lines) == [1, 2, 3])
    }

    @Test func aStateOfAnotherStreamFailsItsStreamAndNoOther() async throws {
        let first = try await sync(SQLiteSource(path: path), [configured("empty")])
        let state = try states(first.lines).arrayValue?[0]["stream"]?["stream_state"] ?? nil
        let (lines, isGood) = try await sync(
            SQLiteSource(path: path), [configured("messages"), configured("empty")], state: ["messages": state])
        #expect(!isGood)
        #expect(
            try lines.words() == [
                "STARTED messages", "LOG", "INCOMPLETE messages", "ERROR", "STARTED empty", "s empty 0.0",
                "COMPLETE empty", "ERROR",
            ])
        let error = try lines.messages("TRACE").first { $0["trace"]?["error"] != nil }?["trace"]?["error"]
        #expect(error?["failure_type"] == "config_error")
        #expect(error?["stream_descriptor"]?["name"] == "messages")
    }

    @Test func aFailureInTheMiddleKeepsTheStatesBefore() async throws {
        try execute("INSERT INTO messages VALUES (4, '2024-01-04', CAST(x'ff' AS TEXT))")
        let (lines, isGood) = try await sync(SQLiteSource(path: path), [configured("messages")], interval: 2)
        #expect(!isGood)
        #expect(
            try lines.words() == [
                "STARTED messages", "RUNNING messages", "r messages", "r messages", "s messages 2.0", "LOG",
                "INCOMPLETE messages", "ERROR", "ERROR",
            ])
    }

    @Test func aReaderThatHasGoneEndsTheSync() async throws {
        let lines = Lines(failsAfter: 300)
        await #expect(throws: CartloadError.self) {
            _ = try await sync(SQLiteSource(path: path), [configured("messages"), configured("empty")], lines)
        }
        #expect(!lines.text.contains("COMPLETE"))
    }

    /// Whatever the batches are: no state covers a record that has not gone out, counts add up, no state follows itself,
    /// and going on from any state gives the rest and nothing twice.
    @Test(arguments: 0..<20) func statesAreTrueOfWhatCameBefore(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var next = 0
        let batches = (0..<Int.random(in: 0...8, using: &random)).map { _ in
            RecordBatch(
                .rows(
                    Rows(
                        (0..<Int.random(in: 0...5, using: &random)).map { _ in
                            next += 1
                            return "{\"id\":\(next),\"n\":null}"
                        })))
        }
        let source = ContinuingSource(batches: batches)
        let stream = configured("numbers")
        let (lines, isGood) = try await sync(source, [stream])
        #expect(isGood)
        var seen: [Int] = []
        var since = 0
        var last: JSONValue?
        var states: [(state: JSONValue, seen: Int)] = []
        for line in lines.all {
            let message = try JSONValue(parsing: line)
            if let id = message["record"]?["data"]?["id"]?.intValue {
                // Top-level nulls are kept.
                #expect(message["record"]?["data"]?["n"] == .null)
                seen.append(id)
                since += 1
            } else if let state = message["state"] {
                #expect(state["sourceStats"]?["recordCount"]?.description == "\(since).0", "seed \(seed)")
                #expect(state["stream"] != last, "seed \(seed)")
                last = state["stream"]
                since = 0
                states.append((state, seen.count))
            }
        }
        #expect(seen == Array(1..<next + 1), "seed \(seed)")
        #expect(since == 0 && !states.isEmpty, "seed \(seed)")
        for (state, count) in states {
            let rest = try await sync(source, [stream], state: .array([state]))
            #expect(try ids(rest.lines) == Array(seen.dropFirst(count)), "seed \(seed)")
        }
    }
}

/// Batches in memory as a stream that goes on from its checkpoints.
private struct ContinuingSource: Source {
    let batches: [RecordBatch]

    func streams() async throws -> [any CartloadCore.Stream] {
        try await MemorySource("numbers", batches).streams().map { Numbers(inner: $0) }
    }

    private struct Numbers: ContinuingStream {
        let inner: any CartloadCore.Stream
        var description: StreamDescription { inner.description }
        var continues: Bool { true }

        func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] {
            try await inner.batches(since: checkpoint)
        }

        func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
            try await inner.read(batch, into: output)
        }
    }
}

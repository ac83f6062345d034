// SPDX-License-Identifier: Apache-2.0

import CartloadAirbyte
import CartloadCore
import CartloadFiles
import CartloadFlow
import CartloadSQLite
import CartloadTesting
import Synchronization
import TestSupport
import Testing

@Suite struct DestinationRunTests {
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/out.db" }

    init() throws { folder = try TemporaryFolder() }

    private func configured(
        _ name: String, _ mode: DestinationSyncMode = .append, generation: (Int, minimum: Int)? = nil
    ) -> ConfiguredStream {
        let properties: JSONValue = ["id": ["type": "integer"], "v": ["type": ["null", "string"]]]
        var stream = ConfiguredStream(
            AirbyteStream(
                StreamDescriptor(name), jsonSchema: JSONObject([("properties", properties)]), primaryKey: [["id"]]),
            .incremental, mode)
        stream.generationID = generation?.0
        stream.minimumGenerationID = generation?.minimum
        return stream
    }

    /// Runs over messages in memory; what the destination prints is kept in `lines`.
    private func write(
        _ messages: String, _ streams: [ConfiguredStream], into destination: any Destination,
        options: DestinationOptions = DestinationOptions(), piece: Int = .max, output: AirbyteOutput? = nil,
        lines: Lines = Lines()
    ) async throws -> Lines {
        try await DestinationRun(
            destination, catalog: ConfiguredCatalog(streams), options: options,
            input: { ScriptedReader(Bytes(messages), name: "stdin") { _ in piece } },
            output: output ?? lines.output(), workers: 2
        ).run()
        return lines
    }

    private func rows(_ table: String) throws -> [String] {
        try Table.rows(path, "SELECT * FROM \(table) ORDER BY 1, 2")
    }

    @Test func statesAreEchoedAsTheyCameAndOnce() async throws {
        let messages =
            Sent.status("a", "STARTED") + Sent.record("a", 1) + Sent.state("a", 1) + Sent.record("b", 2)
            + Sent.state("a", 1) + Sent.state("b", 2) + Sent.status("a") + Sent.state("a", 3)
        let destination = LoggingDestination()
        let lines = try await write(messages, [configured("a"), configured("b")], into: destination)
        #expect(
            lines.text == Sent.state("a", 1) + Sent.state("a", 1) + Sent.state("b", 2) + Sent.state("a", 3))
        #expect(destination.ids("a") == [1])
        #expect(destination.ids("b") == [2])
    }

    @Test func whatDoesNotParseIsPassedOverAndSaid() async throws {
        let messages =
            "plain words\n" + Sent.record("a", 1) + "{\"type\":\"RECORD\",\n" + "\n{}\n[1]\n"
            + #"{"type":"RECORD","record":{"stream":"a","emitted_at":1}}"# + "\n" + Sent.record("a", 2)
            + #"{"type":"RECORD","record":5}"# + "\n" + #"{"type":"NEW_THING"}"# + "\n" + Sent.state("a", 1)
        let destination = LoggingDestination()
        let lines = try await write(messages, [configured("a")], into: destination)
        #expect(destination.ids("a") == [1, 2])
        #expect(try lines.words().filter { $0 != "LOG" } == ["s a 1.0"])
        let words = try lines.messages("LOG").compactMap { $0["log"]?["message"]?.stringValue }
        #expect(words.count == 3)
        #expect(words[0].hasPrefix("stdin, line 1, byte 0: 3 lines were passed over"))
    }

    @Test func recordsOfAStreamThatIsNotInTheCatalogEndTheSync() async throws {
        let destination = LoggingDestination()
        let lines = Lines()
        let messages = Sent.record("a", 1) + Sent.state("a", 1) + Sent.record("x", 2)
        let error = await #expect(throws: CartloadError.self) {
            try await write(messages, [configured("a")], into: destination, lines: lines)
        }
        #expect(error?.code == .airbyteCatalog)
        // What came before is there.
        #expect(destination.ids("a") == [1])
    }

    @Test func namesAreTheSameHoweverTheyAreSpelt() async throws {
        let messages =
            Sent.record("ä", 1)
            + #"{"record":{"data":{"id":2},"namespace":null,"str\u0065am":"\u00e4","emitted_at":1},"type":"RECORD"}"#
            + "\n"
            + #"{"type":"RECORD","record":{"namespace":"n","stream":"ä","data":{"id":3},"emitted_at":1}}"# + "\n"
        var other = configured("ä")
        other.stream.descriptor.namespace = "n"
        let destination = LoggingDestination()
        _ = try await write(messages, [configured("ä"), other], into: destination)
        #expect(destination.ids("ä") == [1, 2])
        #expect(destination.ids("n_ä") == [3])
    }

    @Test func aFailedCommitLetsNoStateGo() async throws {
        let destination = LoggingDestination(failsAtCommit: 1)
        let lines = Lines()
        await #expect(throws: CartloadError.self) {
            try await write(
                Sent.record("a", 1) + Sent.state("a", 1), [configured("a")], into: destination, lines: lines)
        }
        #expect(lines.text.isEmpty)
    }

    /// I1: when a state leaves, every record before it is durable, whatever the order, the pieces and the drain.
    @Test(arguments: 0..<30) func noStateLeavesBeforeWhatItCovers(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let names = ["a", "b", "c"]
        var messages = ""
        var sent = ["a": 0, "b": 0, "c": 0]
        /// What must be durable when the state of a number leaves.
        var covered: [[String: Int]] = []
        for _ in 0..<Int.random(in: 1...200, using: &random) {
            let name = names.randomElement(using: &random) ?? "a"
            if Int.random(in: 0..<4, using: &random) == 0 {
                messages += Sent.state(name, covered.count)
                covered.append(sent)
            } else {
                messages += Sent.record(name, sent[name, default: 0])
                sent[name, default: 0] += 1
            }
        }
        var options = DestinationOptions()
        options.blockSize = Int.random(in: 200...5000, using: &random)
        options.drain.records = Int.random(in: 1...50, using: &random)
        options.drain.states = Int.random(in: 1...10, using: &random)
        let destination = LoggingDestination()
        let wanted = covered
        let numbers = Mutex<[Int]>([])
        let output = AirbyteOutput(
            LineOutput { buffer in
                let json = try JSONValue(parsing: String(decoding: buffer, as: UTF8.self))
                let number = json["state"]?["stream"]?["stream_state"]?["n"]?.intValue ?? -1
                for (name, count) in wanted[number] {
                    #expect(destination.records(name).count >= count, "seed \(seed), state \(number)")
                }
                numbers.withLock { $0.append(number) }
            }, clock: .fixed)
        _ = try await write(
            messages, names.map { configured($0) }, into: destination, options: options,
            piece: Int.random(in: 50...3000, using: &random), output: output)
        #expect(numbers.withLock { $0 } == Array(0..<covered.count), "seed \(seed)")
        for (name, count) in sent { #expect(destination.ids(name) == Array(0..<count), "seed \(seed)") }
    }

    // MARK: Modes

    @Test func eachStreamIsLoadedInItsMode() async throws {
        let streams = [configured("added"), configured("merged", .appendDedup), configured("replaced", .overwrite)]
        let first =
            Sent.record("added", 1) + Sent.record("merged", 1, #","v":"old""#) + Sent.record("replaced", 1)
            + Sent.record("merged", 2) + Sent.status("replaced") + Sent.state("added", 1)
        let second =
            Sent.record("merged", 1, #","v":"new""#) + Sent.record("replaced", 2) + Sent.record("added", 1)
            + Sent.status("replaced") + Sent.state("added", 2)
        for messages in [first, second] {
            let lines = try await write(messages, streams, into: SQLiteDestination(path: path))
            #expect(try lines.words() == ["s added 1.0"])
        }
        #expect(try rows("added") == ["1|-", "1|-"])
        #expect(try rows("merged") == ["1|new", "2|-"])
        #expect(try rows("replaced") == ["2|-"])
    }

    @Test func nothingIsReplacedWithoutCompleteAndTheNextAttemptGoesOn() async throws {
        let destination = SQLiteDestination(path: path)
        func sync(_ messages: String, generation: Int) async throws -> [String] {
            let stream = configured("s", .overwrite, generation: (generation, minimum: generation))
            return try await write(messages, [stream], into: destination).words().filter { $0 != "LOG" }
        }
        #expect(
            try await sync(Sent.record("s", 1) + Sent.state("s", 1) + Sent.status("s"), generation: 1) == ["s s 1.0"])
        #expect(try rows("s") == ["1|-"])
        // The part is durable, so its state may leave; readers still see the old table.
        #expect(try await sync(Sent.record("s", 2) + Sent.state("s", 2), generation: 2) == ["s s 1.0"])
        #expect(try rows("s") == ["1|-"])
        #expect(try await sync(Sent.record("s", 3) + Sent.status("s"), generation: 2) == [])
        #expect(try rows("s") == ["2|-", "3|-"])
        // A part of an earlier generation is no part of a later one.
        #expect(try await sync(Sent.record("s", 4) + Sent.status("s", "INCOMPLETE"), generation: 3) == [])
        #expect(try await sync(Sent.record("s", 5) + Sent.status("s"), generation: 4) == [])
        #expect(try rows("s") == ["5|-"])
        // A refresh without records leaves nothing.
        #expect(try await sync(Sent.status("s"), generation: 5) == [])
        #expect(try rows("s") == [])
    }

    @Test func withoutGenerationsStatesWaitForTheReplacement() async throws {
        let destination = SQLiteDestination(path: path)
        let streams = [configured("s", .overwrite), configured("t")]
        let broken = try await write(Sent.record("s", 1) + Sent.state("s", 1), streams, into: destination)
        #expect(try broken.words() == ["LOG"])
        let whole = try await write(
            Sent.record("s", 1) + Sent.state("s", 1) + Sent.status("s"), streams, into: destination)
        #expect(try whole.words() == ["s s 1.0"])
        #expect(try rows("s") == ["1|-"])
    }

    @Test func aRefreshOfMergedRecordsRemovesWhatIsGone() async throws {
        let destination = SQLiteDestination(path: path)
        func sync(_ messages: String, _ generation: Int, minimum: Int) async throws {
            _ = try await write(
                messages, [configured("s", .appendDedup, generation: (generation, minimum: minimum))], into: destination
            )
        }
        try await sync(Sent.record("s", 1) + Sent.record("s", 2) + Sent.status("s"), 1, minimum: 0)
        try await sync(Sent.record("s", 2, #","v":"x""#), 2, minimum: 2)
        #expect(try rows("s") == ["1|-|1", "2|x|2"])
        try await sync(Sent.record("s", 2, #","v":"y""#) + Sent.status("s"), 2, minimum: 2)
        #expect(try rows("s") == ["2|y|2"])
    }

    @Test func filesAreAddedToAndReplacedAndNotMerged() async throws {
        func destination() -> FilesDestination {
            FilesDestination(FilesDestinationOptions(path: "\(folder.path)/{stream}.jsonl"))
        }
        let streams = [configured("a"), configured("o", .overwrite)]
        for id in 1...2 {
            let messages =
                Sent.record("a", id, #","v":null"#) + Sent.record("o", id, #","v":null"#) + Sent.state("a", id)
                + Sent.status("o")
            #expect(try await write(messages, streams, into: destination()).words() == ["s a 1.0"])
        }
        #expect(try folder.text("a.jsonl") == "{\"id\":1,\"v\":null}\n{\"id\":2,\"v\":null}\n")
        #expect(try folder.text("o.jsonl") == "{\"id\":2,\"v\":null}\n")
        let error = await #expect(throws: CartloadError.self) {
            try await write("", [configured("m", .appendDedup)], into: destination())
        }
        #expect(error?.code == .wrongType)
    }
}

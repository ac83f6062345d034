// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger
import TestSupport
import Testing

/// RECORD messages into files and BATCH messages.
@Suite struct PackTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func ids(_ trial: FilterTrial, _ stream: String = "users") throws -> [[Int]] {
        try BatchContents.texts(trial.messages("BATCH").filter { $0["stream"]?.stringValue == stream }).map { text in
            try text.split(separator: "\n").compactMap { try JSONValue(parsing: String($0))["id"]?.intValue }
        }
    }

    private func records(_ ids: ClosedRange<Int>, _ stream: String = "users") -> String {
        ids.map { Message.record(stream, $0) }.joined()
    }

    @Test(arguments: [1, 2], [64, 1 << 18])
    func filesHaveTheirNumberOfRecords(workers: Int, blockSize: Int) async throws {
        var trial = FilterTrial()
        trial.workers = workers
        trial.piece = blockSize
        let options = try PackOptions(in: folder.path, ["batch_size": 10])
        #expect(await trial.pack(Message.users + records(1...35) + Message.state(35), options) == nil)
        #expect(try ids(trial) == [Array(1...10), Array(11...20), Array(21...30), Array(31...35)])
        #expect(trial.types == ["SCHEMA", "BATCH", "BATCH", "BATCH", "BATCH", "STATE"])
        #expect(trial.lines.first.map { $0 + "\n" } == Message.users)
        #expect(try trial.messages("BATCH").compactMap { $0["size"]?.intValue } == [10, 10, 10, 5])
    }

    @Test func filesHaveTheirNumberOfBytesAtMost() async throws {
        let trial = FilterTrial()
        let options = try PackOptions(in: folder.path, ["max_bytes": 30])
        #expect(await trial.pack(Message.users + records(1...9), options) == nil)
        #expect(try ids(trial) == [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    }

    /// A changed schema ends the file of the one before; the same again does not.
    @Test(arguments: ["jsonl", "csv"])
    func aChangedSchemaEndsTheFile(format: String) async throws {
        let trial = FilterTrial()
        let wider = Message.schema("users", #""id":{"type":"integer"},"n":{"type":["integer","null"]}"#, keys: #""id""#)
        let options = try PackOptions(in: folder.path, encoding: ["format": .string(format)])
        let messages =
            Message.users + records(1...1) + Message.users + records(2...2) + wider
            + Message.record("users", 3, #","n":7"#) + Message.state(1)
        #expect(await trial.pack(messages, options) == nil)
        #expect(trial.types == ["SCHEMA", "BATCH", "SCHEMA", "BATCH", "STATE"])
        #expect(
            try BatchContents.texts(trial.messages("BATCH"))
                == (format == "csv"
                    ? ["id,name\n1,\n2,\n", "id,n\n3,7\n"] : ["{\"id\":1}\n{\"id\":2}\n", "{\"id\":3,\"n\":7}\n"]))
        #expect(folder.names().count == 2)
    }

    @Test func versionsPassAndEndTheFile() async throws {
        let trial = FilterTrial()
        let messages =
            Message.users + Message.activate("users", 5) + Message.record("users", 1, "", #","version":5"#)
            + Message.record("users", 2, "", #","version":5"#) + Message.record("users", 3, "", #","version":6"#)
            + Message.activate("users", 6) + Message.record("users", 4, "", #","version":6"#) + Message.state(1)
        #expect(await trial.pack(messages, try PackOptions(in: folder.path)) == nil)
        #expect(
            trial.types == ["SCHEMA", "ACTIVATE_VERSION", "BATCH", "BATCH", "ACTIVATE_VERSION", "BATCH", "STATE"])
        #expect(try ids(trial) == [[1, 2], [3], [4]])
        #expect(try trial.messages("BATCH").map { $0["version"] } == [5, 6, 6])
        #expect(try trial.messages("ACTIVATE_VERSION").map { $0["version"] } == [5, 6])
    }

    /// The file before it ends, so that the order stays.
    @Test func aBatchThatComesInPassesAsItIs() async throws {
        let trial = FilterTrial()
        let batch = #"{"stream": "users", "type":"BATCH", "manifest":["/nowhere/x"], "encoding":{"format":"parquet"}}"#
        let messages = Message.users + records(1...2) + batch + "\n" + records(3...3) + Message.state(3)
        #expect(await trial.pack(messages, try PackOptions(in: folder.path)) == nil)
        #expect(trial.types == ["SCHEMA", "BATCH", "BATCH", "BATCH", "STATE"])
        #expect(trial.lines[2] == batch)
    }

    /// Otherwise what a processor takes away would pass by (I4).
    @Test func processorsSeeTheRecordsOfBatchesThatComeIn() async throws {
        try folder.make("in")
        try folder.make("out")
        try folder.write("in/a.jsonl", #"{"id":2,"name":"hush"}"# + "\n")
        let trial = FilterTrial()
        let options = try PackOptions(
            in: folder.path + "/out",
            ["processors": [["drop": ["name"]]], "batch_roots": [.string(folder.path + "/in")]])
        let messages =
            Message.users + Message.record("users", 1, #","name":"hush""#)
            + Message.batch("users", [folder.path + "/in/a.jsonl"]) + Message.record("users", 3, #","name":"hush""#)
            + Message.state(1)
        #expect(await trial.pack(messages, options) == nil)
        #expect(try ids(trial).flatMap { $0 } == [1, 2, 3])
        let texts = try BatchContents.texts(trial.messages("BATCH")).joined()
        #expect(!(trial.text + texts).contains("hush") && !(trial.text + texts).contains("name\":{"))
        #expect(try trial.messages("SCHEMA").first?["schema"]?["properties"]?.objectValue?.keys == ["id"])
        #expect(trial.types.last == "STATE")
    }

    @Test func everythingBeyondASCIIIsEscapedInFilesIfAsked() async throws {
        let trial = FilterTrial()
        let options = try PackOptions(in: folder.path, ["ensure_ascii": true])
        #expect(await trial.pack(Message.users + Message.record("users", 1, #","name":"é😀""#), options) == nil)
        #expect(try BatchContents.texts(trial.messages("BATCH")) == [#"{"id":1,"name":"\u00e9\ud83d\ude00"}"# + "\n"])
    }

    /// A state that waits for a file that does not fill is not held for ever.
    @Test func afterAWhileAStateIsNotWaitedFor() async throws {
        let trial = FilterTrial()
        let reader = GatedReader()
        let options = try PackOptions(in: folder.path)
        async let error = trial.pack(options) { reader }
        reader.give(Message.users + records(1...2) + Message.state(2))
        await trial.log.until("out {\"type\":\"SCHEMA\"")
        while !trial.types.contains("STATE") {
            await trial.clock.untilSomebodySleeps()
            trial.clock.advance(by: .seconds(1))
            await Task.yield()
        }
        #expect(trial.types == ["SCHEMA", "BATCH", "STATE"])
        reader.give("")
        #expect(await error == nil)
        #expect(trial.types == ["SCHEMA", "BATCH", "STATE"])
    }

    @Test(arguments: ["oops\n", #"{"type":"RECORD","stream":"other","record":{}}"# + "\n"])
    func whatCameBeforeAFaultLeaves(line: String) async throws {
        let trial = FilterTrial()
        let error = await trial.pack(
            Message.users + records(1...2) + Message.state(2) + records(3...3) + line + Message.state(3),
            try PackOptions(in: folder.path))
        #expect(error?.code == .singerMessage && error?.location.line == 6)
        #expect(try ids(trial).flatMap { $0 } == [1, 2, 3])
        #expect(try trial.messages("STATE").map { $0["value"] } == [["n": 2]])
        #expect(folder.names().count == 1)
    }

    /// The states of a tap pass, empty ones too: what they mean is for the target to say.
    @Test func statesPassAsTheyAre() async throws {
        let trial = FilterTrial()
        let messages = #"{"type":"STATE","value":{}}"# + "\n"
        #expect(await trial.pack(messages, try PackOptions(in: folder.path)) == nil)
        #expect(trial.lines == [#"{"type":"STATE","value":{}}"#])
    }

    // MARK: Model

    /// For every STATE that leaves, all records before it have left; records leave once, in order.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func everyStateFollowsWhatItCovers(number: UInt64) async throws {
        let seed = EquivalenceTests.base &+ number
        var random = RandomJSON(seed: seed)
        let streams = Array(["a", "b", "c", "d"].prefix(1 + random.below(4)))
        var messages = streams.map { Message.schema($0) }.joined()
        var covered: [Int: [String: Int]] = [:]
        var counts: [String: Int] = [:]
        var states = 0
        for id in 0..<random.pick([20, 120]) {
            switch random.below(12) {
            case 0, 1:
                states += 1
                covered[states] = counts
                messages += Message.state(states)
            case 2 where random.below(4) == 0: messages += Message.activate(random.pick(streams), Int64(id))
            case 3 where random.below(3) == 0:
                messages += Message.schema(random.pick(streams), #""id":{"type":"integer"},"x\#(id)":{}"#)
            default:
                let stream = random.pick(Array(streams.prefix(1 + random.below(4))))
                counts[stream, default: 0] += 1
                messages += Message.record(stream, id)
            }
        }
        var trial = FilterTrial()
        trial.workers = 1 + random.below(2)
        trial.piece = random.pick([50, 300, 1 << 18])
        var options = try PackOptions(
            in: folder.path, ["batch_size": .int(random.pick([1, 3, 10, 1000]))],
            encoding: ["compression": .string(random.pick(["none", "gzip"]))])
        if random.below(3) == 0 { options.batches.bytes = random.pick([20, 100]) }
        #expect(await trial.pack(messages, options) == nil, "seed \(seed)")

        var left: [String: [Int]] = [:]
        var last = 0
        for line in trial.lines {
            let message = try JSONValue(parsing: line)
            if message["type"] == "BATCH", let stream = message["stream"]?.stringValue {
                let ids = try BatchContents.texts([message]).joined().split(separator: "\n").compactMap {
                    try JSONValue(parsing: String($0))["id"]?.intValue
                }
                #expect(message["size"]?.intValue == ids.count && !ids.isEmpty, "seed \(seed)")
                left[stream, default: []] += ids
            } else if message["type"] == "STATE", let number = message["value"]?["n"]?.intValue {
                #expect(number > last, "seed \(seed)")
                last = number
                for (stream, count) in covered[number] ?? [:] {
                    #expect((left[stream] ?? []).count >= count, "state \(number), stream \(stream), seed \(seed)")
                }
            }
        }
        #expect(last == states, "seed \(seed)")
        #expect(left.mapValues(\.count) == counts, "seed \(seed)")
        for ids in left.values { #expect(ids == ids.sorted(), "seed \(seed)") }
    }
}

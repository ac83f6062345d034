// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadSinger
import TestSupport
import Testing

/// BATCH messages into RECORD messages.
@Suite struct UnpackTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func options(_ change: (inout UnpackRun.Options) -> Void = { _ in }) throws -> UnpackRun.Options {
        var options = UnpackRun.Options()
        options.files.access = try BatchFileAccess(roots: [folder.path])
        change(&options)
        return options
    }

    /// Everything but BATCH passes byte for byte, in its place.
    @Test(arguments: [1, 2], [64, 1 << 18])
    func recordsTakeTheBatchsPlace(workers: Int, blockSize: Int) async throws {
        try folder.write("a.jsonl", "{\"id\":2}\n { \"id\" : 3 , \"x\": 1.50 } \r\n\n{\"id\":4}")
        var trial = FilterTrial()
        trial.workers = workers
        let odd = #"{ "type" : "whatever", "x":[1.0] }"#
        let messages =
            Message.users + Message.record("users", 1) + odd + "\n"
            + Message.batch("users", [folder.path + "/a.jsonl"], #","time_extracted":"T","version":7"#)
            + Message.record("users", 5) + Message.activate("users", 7) + Message.state(5)
        #expect(await trial.unpack(messages, try options { $0.blockSize = blockSize }) == nil)
        let tail = #","time_extracted":"T","version":7}"#
        #expect(
            trial.text
                == Message.users + Message.record("users", 1) + odd + "\n"
                + #"{"type":"RECORD","stream":"users","record":{"id":2}"# + tail + "\n"
                + #"{"type":"RECORD","stream":"users","record":{ "id" : 3 , "x": 1.50 }"# + tail + "\n"
                + #"{"type":"RECORD","stream":"users","record":{"id":4}"# + tail + "\n" + Message.record("users", 5)
                + Message.activate("users", 7) + Message.state(5))
    }

    @Test func wholeMessagesAndCellsAreUnpackedToo() async throws {
        try folder.write("w.jsonl", #"{"type":"RECORD","stream":"users","record":{"id":1},"version":3}"#)
        try folder.write("c.csv", "id,name\n2,a\n3,\n")
        let trial = FilterTrial()
        let messages =
            Message.users + #"{"type":"BATCH","stream":"users","filepath":"\#(folder.path)/w.jsonl"}"# + "\n"
            + #"{"type":"BATCH","stream":"users","format":{"name":"csv"},"manifest":["\#(folder.path)/c.csv"]}"#
        #expect(await trial.unpack(messages, try options()) == nil)
        #expect(
            Array(trial.lines.dropFirst()) == [
                #"{"type":"RECORD","stream":"users","record":{"id":1},"version":3}"#,
                #"{"type":"RECORD","stream":"users","record":{"id":2,"name":"a"}}"#,
                #"{"type":"RECORD","stream":"users","record":{"id":3,"name":null}}"#,
            ])
    }

    @Test(arguments: [false, true])
    func anErrorHoldsBackWhatFollows(validates: Bool) async throws {
        try folder.write("a.jsonl", "{\"id\":1}\noops\n{\"id\":3}\n")
        let trial = FilterTrial()
        let messages = Message.users + Message.batch("users", [folder.path + "/a.jsonl"]) + Message.state(1)
        let error = await trial.unpack(
            messages,
            try options {
                $0.validates = validates
                $0.files.cleansUp = true
            })
        #expect(error?.location.source == folder.path + "/a.jsonl" && error?.location.byte ?? 0 >= 9)
        #expect(!trial.types.contains("STATE") && folder.names() == ["a.jsonl"])
    }

    @Test(arguments: [
        #"{"type":"BATCH","stream":"users","manifest":["/etc/passwd"]}"#,
        #"{"type":"BATCH","stream":"users","manifest":["missing"]}"#, #"{"type":"BATCH","stream":"users"}"#,
    ])
    func aBatchThatCannotBeReadIsAFaultWithItsLine(line: String) async throws {
        let trial = FilterTrial()
        let error = await trial.unpack(Message.users + Message.state(1) + line + "\n" + Message.state(2), try options())
        #expect(error?.location.source == "stdin" && error?.location.line == 3)
        #expect(error?.location.byte == (Message.users + Message.state(1)).utf8.count)
        #expect(try trial.messages("STATE").map { $0["value"] } == [["n": 1]])
    }

    @Test func filesAreDeletedOnceTheirRecordsHaveLeft() async throws {
        for validates in [false, true] {
            try folder.write("a.jsonl", "{\"id\":1}\n")
            let trial = FilterTrial()
            let messages = Message.users + Message.batch("users", [folder.path + "/a.jsonl"]) + Message.state(1)
            #expect(
                await trial.unpack(
                    messages,
                    try options {
                        $0.files.cleansUp = true
                        $0.validates = validates
                    }) == nil)
            #expect(folder.names() == [] && trial.types == ["SCHEMA", "RECORD", "STATE"])
        }
    }

    @Test func processorsSeeAllRecords() async throws {
        try folder.write("a.jsonl", #"{"id":2,"name":"hush"}"# + "\n")
        let trial = FilterTrial()
        let settings = try UnpackRun.Options(
            Configuration(
                JSONObject([
                    ("processors", [["drop": ["name"]]]), ("batch_roots", [.string(folder.path)]),
                ]), settings: UnpackRun.Options.settings))
        let messages =
            Message.users + Message.record("users", 1, #","name":"hush""#, #","version":4"#)
            + Message.batch("users", [folder.path + "/a.jsonl"], #","version":4"#) + Message.activate("users", 4)
            + Message.state(1)
        #expect(await trial.unpack(messages, settings) == nil)
        #expect(trial.types == ["SCHEMA", "RECORD", "RECORD", "ACTIVATE_VERSION", "STATE"])
        #expect(!trial.text.contains("hush") && !trial.text.contains("name\":{"))
        #expect(try trial.messages("RECORD").map { $0["version"] } == [4, 4])
    }

    /// Unpacking what was packed gives every record again, byte for byte, in the order of its stream.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func unpackingWhatWasPackedChangesNothing(number: UInt64) async throws {
        let seed = EquivalenceTests.base &+ number
        var random = RandomJSON(seed: seed)
        let streams = ["a", "é b"]
        var messages = streams.map { #"{"type":"SCHEMA","stream":"\#($0)","schema":{},"key_properties":[]}"# + "\n" }
            .joined()
        var records: [String: [String]] = [:]
        for _ in 0..<random.below(60) {
            let stream = random.pick(streams)
            let record = random.object()
            records[stream, default: []].append(record)
            messages += #"{"type":"RECORD","stream":"\#(stream)","record":\#(record)}"# + "\n"
            if random.below(6) == 0 { messages += Message.state(1) }
        }
        messages += Message.state(2)
        var packed = FilterTrial()
        packed.workers = 1 + random.below(2)
        packed.piece = random.pick([80, 1 << 18])
        let options = try PackOptions(
            in: folder.path, ["batch_size": .int(1 + random.below(20))],
            encoding: ["compression": .string(random.pick(["none", "gzip", "zstd"]))])
        #expect(await packed.pack(messages, options) == nil, "seed \(seed)")
        var unpacked = FilterTrial()
        unpacked.workers = packed.workers
        #expect(await unpacked.unpack(packed.text, try self.options { $0.blockSize = 200 }) == nil, "seed \(seed)")
        #expect(unpacked.types.allSatisfy { $0 != "BATCH" } && unpacked.types.last == "STATE", "seed \(seed)")
        for stream in streams {
            let prefix = #"{"type":"RECORD","stream":"\#(stream)","record":"#
            let found = unpacked.lines.filter { $0.hasPrefix(prefix) }.map { line in
                // The time is what the packer adds.
                let inner = line.dropFirst(prefix.count)
                return String(inner[..<(inner.range(of: #","time_extracted":"#)?.lowerBound ?? inner.endIndex)])
            }
            #expect(found == records[stream] ?? [], "seed \(seed)")
        }
    }
}

extension Substring {
    /// Where a text stands last.
    fileprivate func range(of text: String) -> Range<Index>? {
        ranges(of: text).last
    }
}

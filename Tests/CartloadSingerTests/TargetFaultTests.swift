// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSinger
import TestSupport
import Testing

/// What ends a run: the error says where to the line and byte, what came before is durable, and no STATE after it leaves.
@Suite struct TargetFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String
        /// The line that is at fault.
        let line: String
        let code: CartloadError.Code
        var change: @Sendable (inout TargetOptions) -> Void = { _ in }

        var testDescription: String { name }

        init(
            _ name: String, _ line: String, _ code: CartloadError.Code = .singerMessage,
            _ change: @escaping @Sendable (inout TargetOptions) -> Void = { _ in }
        ) {
            self.name = name
            self.line = line
            self.code = code
            self.change = change
        }
    }

    static let faults = [
        Fault("no JSON", "hello world"), Fault("an array", "[1,2]"), Fault("an open string", #"{"type":"RECO"#),
        Fault("a truncated record", #"{"type":"RECORD","stream":"users","record":{"id":4"#),
        Fault("two messages in a line", #"{"type":"STATE","value":1}{"type":"STATE","value":1}"#),
        Fault("a control character", "{\"type\":\"STA\u{1}TE\",\"value\":1}"),
        Fault("no type", #"{"stream":"users","record":{"id":4}}"#),
        Fault("a type that is a number", #"{"type":1,"stream":"users"}"#),
        Fault("an unknown type", #"{"type":"HELLO"}"#), Fault("an empty object", "{}"),
        Fault("a record without stream", #"{"type":"RECORD","record":{"id":4}}"#),
        Fault("a record with a number as stream", #"{"type":"RECORD","stream":7,"record":{"id":4}}"#),
        Fault("a record without record", #"{"type":"RECORD","stream":"users"}"#),
        Fault("a record that is a list", #"{"type":"RECORD","stream":"users","record":[1]}"#),
        Fault("a record that is null", #"{"type":"RECORD","stream":"users","record":null}"#),
        Fault("a record that is a text", #"{"type":"RECORD","stream":"users","record":"{}"}"#),
        Fault("a record before its schema", #"{"type":"RECORD","stream":"other","record":{"id":4}}"#),
        Fault(
            "a batch before its schema",
            #"{"type":"BATCH","stream":"other","encoding":{"format":"jsonl"},"manifest":[]}"#),
        Fault("an activation before its schema", #"{"type":"ACTIVATE_VERSION","stream":"other","version":1}"#),
        Fault("an activation without version", #"{"type":"ACTIVATE_VERSION","stream":"users"}"#),
        Fault("an activation with a text", #"{"type":"ACTIVATE_VERSION","stream":"users","version":"1"}"#),
        Fault("a schema without stream", #"{"type":"SCHEMA","schema":{}}"#),
        Fault("a schema without schema", #"{"type":"SCHEMA","stream":"users"}"#),
        Fault("a schema that is a list", #"{"type":"SCHEMA","stream":"users","schema":[]}"#),
        Fault("keys that are no list", #"{"type":"SCHEMA","stream":"users","schema":{},"key_properties":"id"}"#),
        Fault("keys that are numbers", #"{"type":"SCHEMA","stream":"users","schema":{},"key_properties":[1]}"#),
        Fault("a state without value", #"{"type":"STATE"}"#),
        Fault("a batch without files", #"{"type":"BATCH","stream":"users","encoding":{"format":"jsonl"}}"#),
        Fault(
            "a batch of another format",
            #"{"type":"BATCH","stream":"users","encoding":{"format":"parquet"},"manifest":[]}"#, .batchFile),
        Fault(
            "a batch outside the roots", #"{"type":"BATCH","stream":"users","manifest":["/etc/passwd"]}"#, .batchFile),
    ]

    /// 1, STATE, 2, the fault, 3, STATE.
    @Test(arguments: faults, [(1, 1 << 18), (2, 1 << 18), (1, 16), (2, 90)])
    func itSaysWhereAndKeepsWhatCameBefore(fault: Fault, workersAndBlock: (Int, Int)) async {
        var trial = TargetTrial()
        trial.workers = workersAndBlock.0
        trial.options.blockSize = workersAndBlock.1
        fault.change(&trial.options)
        let destination = WatchedDestination(trial.log)
        let before =
            "\n" + Message.users + Message.record("users", 1) + Message.state(1) + "\r\n" + Message.record("users", 2)
        let after = Message.record("users", 3) + Message.state(3)
        let error = await trial.run(before + fault.line + "\n" + after, into: destination)
        #expect(error?.code == fault.code, "\(error?.description ?? "none")")
        #expect(error?.location.source == "stdin")
        #expect(error?.location.line == 7)
        let isScanned = error?.message.contains("no Singer message: ") == true
        // A fault of the text is at its own byte of the line; one of the message is at the line's first.
        let start = before.utf8.count
        #expect(
            (error?.location.byte).map {
                isScanned ? (start...start + fault.line.utf8.count).contains($0) : $0 == start
            } == true)
        #expect(destination.ids("users") == [1, 2])
        #expect(trial.states == [#"{"n":1}"#])
    }

    /// A last line that was cut off is no end.
    @Test(arguments: [1, 40])
    func aTruncatedLastLineIsAFault(cut: Int) async {
        let trial = TargetTrial()
        let destination = WatchedDestination(trial.log)
        let good = Message.users + Message.record("users", 1) + Message.state(1)
        let error = await trial.run(good + Message.record("users", 2).dropLast(1 + cut), into: destination)
        #expect(error?.code == .singerMessage && error?.location.line == 4)
        #expect(destination.ids("users") == [1] && trial.states == [#"{"n":1}"#])
        #expect(!trial.log.events.contains { $0.hasSuffix("last") })
    }

    @Test(arguments: [(1, 1 << 18), (2, 80)])
    func aRecordThatIsNotAsItsSchemaSaysIsAFault(workersAndBlock: (Int, Int)) async {
        var trial = TargetTrial()
        trial.workers = workersAndBlock.0
        trial.options.blockSize = workersAndBlock.1
        let before = Message.users + Message.record("users", 1)
        let bad = #"{"type":"RECORD","stream":"users","record":{"id":"x"}}"# + "\n"
        let error = await trial.run(before + bad + Message.state(1), into: WatchedDestination(trial.log))
        #expect(error?.code == .invalidRecord, "\(error?.description ?? "none")")
        #expect(error?.location.line == 3)
        #expect(error?.location.byte == before.utf8.count + #"{"type":"RECORD","stream":"users","record":"#.utf8.count)
        #expect(trial.states == [])
    }

    /// Where records have been copied because of NaN, the line is right and no byte is said.
    @Test func aFaultAfterNotANumberIsAtItsLine() async {
        let trial = TargetTrial()
        let input =
            Message.users + Message.state(1) + Message.record("users", 1, #","name":NaN"#) + "\n" + Message.state(2)
            + #"{"type":"RECORD","stream":"users","record":{"id":"x"}}"#
        let error = await trial.run(input, into: MemoryDestination())
        #expect(error?.code == .invalidRecord && error?.location == Location(source: "stdin", line: 6, field: "id"))
    }

    @Test(arguments: [#"{"name":"a"}"#, #"{"id":null}"#])
    func aRecordWithoutItsKeyIsAFault(record: String) async {
        let trial = TargetTrial()
        let error = await trial.run(
            Message.users + #"{"type":"RECORD","stream":"users","record":\#(record)}"#, into: MemoryDestination())
        #expect(error?.location.line == 2)
    }

    @Test func streamsWithoutSchemaAreTakenIfAllowed() async throws {
        let folder = try TemporaryFolder()
        try folder.write("a.jsonl", "{\"id\":2}\n")
        var trial = TargetTrial()
        trial.options.infersSchemas = true
        trial.options.batchFiles.access = try BatchFileAccess(roots: [folder.path])
        let destination = WatchedDestination(trial.log)
        let input =
            Message.record("a", 1) + Message.batch("a", [folder.path + "/a.jsonl"])
            + Message.batch("b", [folder.path + "/a.jsonl"]) + Message.record("b", 3) + Message.state(1)
        #expect(await trial.run(input, into: destination) == nil)
        #expect(destination.ids("a") == [1, 2] && destination.ids("b") == [2, 3])
        #expect(trial.states.count == 1)
        // Nothing is there that a version could be activated of.
        let error = await trial.run(Message.activate("c", 1), into: destination)
        #expect(error?.code == .singerMessage)
    }

    @Test func aMessageThatIsTooLongIsAFault() async {
        var trial = TargetTrial()
        trial.options.blockSize = 64
        trial.options.maximumMessageBytes = 400
        let destination = WatchedDestination(trial.log)
        let good = Message.users + Message.record("users", 1) + Message.state(1)
        let long = Message.record("users", 2, #","name":"\#(String(repeating: "x", count: 500))""#)
        let error = await trial.run(good + long + Message.state(2), into: destination)
        #expect(error?.code == .recordTooLongCode && error?.location.line == 4)
        #expect(error?.location.byte == good.utf8.count)
        #expect(destination.ids("users") == [1] && trial.states == [#"{"n":1}"#])
    }

    @Test func thereIsABoundToTheNumberOfStreams() async {
        var trial = TargetTrial()
        trial.options.unknownMessages = .skip
        // Streams are counted when they are named, so SCHEMA is the cheapest message that does.
        let messages = (0...10_000).map { #"{"type":"SCHEMA","stream":"s\#($0)","schema":{}}"# + "\n" }.joined()
        let error = await trial.run(messages, into: MemoryDestination())
        #expect(error?.message == "there are more than 10000 streams")
        #expect(error?.location.line == 10_001)
    }
}

extension CartloadError.Code {
    fileprivate static let recordTooLongCode = CartloadError.Code("record.too-long")
}

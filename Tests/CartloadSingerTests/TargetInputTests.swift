// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadSQLite
import CartloadSinger
import TestSupport
import Testing

/// What real taps print, and a target takes.
@Suite struct TargetInputTests {
    static let plain =
        #"{"type":"SCHEMA","stream":"s","schema":{"type":"object","properties":{"id":{"type":"integer"},"v":{}}},"key_properties":["id"]}"#
        + "\n"

    struct Trap: Sendable, CustomTestStringConvertible {
        let name: String
        let input: String
        /// The records as they are committed.
        let records: [String]
        var states: [String] = []

        var testDescription: String { name }

        init(_ name: String, _ input: String, _ records: [String], states: [String] = []) {
            self.name = name
            self.input = input
            self.records = records
            self.states = states
        }
    }

    private static func record(_ value: String) -> String {
        #"{"type":"RECORD","stream":"s","record":{"id":1,"v":\#(value)}}"#
    }

    static let traps = [
        Trap("no line feed at the end", plain + record("1"), [#"{"id":1,"v":1}"#]),
        Trap("a byte order mark", "\u{feff}" + plain + record("1") + "\n", [#"{"id":1,"v":1}"#]),
        Trap(
            "carriage returns", (plain + record("1") + "\n" + record("2") + "\n").withCarriageReturns,
            [#"{"id":1,"v":1}"#, #"{"id":1,"v":2}"#]),
        Trap("blank lines", "\n\n" + plain + " \t\n\r\n" + record("1") + "\n\n\n", [#"{"id":1,"v":1}"#]),
        Trap(
            "spaces as singer-python writes them",
            plain + #"{"type": "RECORD", "stream": "s", "record": {"id": 1, "v": [1, 2]}, "time_extracted": "x"}"#,
            [#"{"id":1,"v":[1,2]}"#]),
        Trap(
            "stream after record", plain + #"{"record":{"id":1,"v":"x"},"stream":"s","type":"RECORD"}"#,
            [#"{"id":1,"v":"x"}"#]),
        Trap(
            "unknown members",
            plain + #"{"x":{"record":{"id":9}},"type":"RECORD","stream":"s","record":{"id":1},"y":[]}"#,
            [#"{"id":1}"#]),
        Trap(
            "lower-case and mixed types",
            #"{"type":"schema","stream":"s","schema":{"properties":{}}}"# + "\n"
                + #"{"type":"Record","stream":"s","record":{"id":1}}"# + "\n" + #"{"type":"state","value":4}"#,
            [#"{"id":1}"#], states: ["4"]),
        Trap(
            "an escaped type and stream",
            plain + #"{"t\u0079pe":"REC\u004fRD","str\u0065am":"\u0073","r\u0065cord":{"id":1,"v":2}}"#,
            [#"{"id":1,"v":2}"#]),
        Trap(
            "not-a-number and infinities", plain + record("[NaN,Infinity,-Infinity]") + "\n" + record("NaN"),
            [#"{"id":1,"v":[null,null,null]}"#, #"{"id":1,"v":null}"#]),
        Trap("half a surrogate pair", plain + record(#""a\ud800b""#), ["{\"id\":1,\"v\":\"a\u{fffd}b\"}"]),
        Trap("a zero character", plain + record(#""a\u0000b""#), [#"{"id":1,"v":"a\u0000b"}"#]),
        Trap(
            "an integer of 30 digits", plain + record("123456789012345678901234567890"),
            [#"{"id":1,"v":123456789012345678901234567890}"#]),
        Trap(
            "numbers as they are written", plain + record("[1.10,-0.0,1E+400,1e-7]"),
            [#"{"id":1,"v":[1.10,-0.0,1E+400,1e-7]}"#]),
        Trap(
            "duplicate keys of a record", plain + #"{"type":"RECORD","stream":"s","record":{"id":7,"v":1,"id":1}}"#,
            [#"{"id":1,"v":1}"#]),
        Trap(
            "duplicate keys of a message",
            plain + #"{"type":"STATE","stream":"x","record":{"id":2},"type":"RECORD","stream":"s","record":{"id":1}}"#,
            [#"{"id":1}"#]),
        Trap(
            "a field that the schema does not have", plain + #"{"type":"RECORD","stream":"s","record":{"id":1,"w":2}}"#,
            [#"{"id":1,"w":2}"#]),
        Trap(
            "a record in an integral form", plain + #"{"type":"RECORD","stream":"s","record":{"id":1.0}}"#,
            [#"{"id":1.0}"#]),
        Trap(
            "an empty record of a stream without keys",
            #"{"type":"SCHEMA","stream":"s","schema":{}}"# + "\n" + #"{"type":"RECORD","stream":"s","record":{}}"#,
            ["{}"]),
    ]

    @Test(arguments: traps, [(1, 1 << 18), (2, 64), (1, 7)])
    func whatTapsPrintIsTaken(trap: Trap, workersAndBlock: (Int, Int)) async throws {
        var trial = TargetTrial()
        trial.workers = workersAndBlock.0
        trial.options.blockSize = workersAndBlock.1
        trial.piece = workersAndBlock.1 == 7 ? 3 : .max
        let destination = WatchedDestination(trial.log)
        #expect(await trial.run(trap.input, into: destination) == nil)
        #expect(destination.records("s").map { JSONValue.object($0).description } == trap.records)
        #expect(trial.states == trap.states)
    }

    @Test func theStreamIsFoundAfterALargeRecord() async {
        let trial = TargetTrial()
        let destination = WatchedDestination(trial.log)
        let text = String(repeating: "x", count: 3 << 20)
        let message = #"{"record":{"id":1,"v":"\#(text)"},"type":"RECORD","stream":"s"}"# + "\n"
        #expect(await trial.run(Self.plain + message + Message.state(1), into: destination) == nil)
        #expect(destination.records("s").first?["v"]?.stringValue?.utf8.count == 3 << 20)
        #expect(trial.states == [#"{"n":1}"#])
    }

    @Test func valuesOfAnyWidthReachADatabase() async throws {
        let folder = try TemporaryFolder()
        let trial = TargetTrial()
        let input =
            Message.schema("s", #""id":{"type":"integer"},"v":{"type":"integer"},"x":{"type":["number","null"]}"#)
            + #"{"type":"RECORD","stream":"s","record":{"id":1,"v":123456789012345678901234567890,"x":1.5}}"# + "\n"
            + #"{"type":"RECORD","stream":"s","record":{"id":2,"v":9223372036854775807,"x":NaN}}"# + "\n"
        #expect(await trial.run(input, into: SQLiteDestination(path: folder.path + "/a.db")) == nil)
        #expect(
            try Table.rows(folder.path + "/a.db", "SELECT v, x FROM s ORDER BY id") == [
                "123456789012345678901234567890|1.5", "9223372036854775807|-",
            ])
        #expect(trial.meter.snapshot.warnings[.notFinite] == 1)
    }

    @Test func namesThatAreEscapedAreTheSameStream() async {
        let trial = TargetTrial()
        let destination = WatchedDestination(trial.log)
        let input =
            Message.schema("caf\\u00e9") + Message.record("café", 1) + Message.record("caf\\u00E9", 2)
            + Message.record("café", 3)
        #expect(await trial.run(input, into: destination) == nil)
        #expect(destination.ids("café") == [1, 2, 3])
        #expect(trial.log.all("open").count == 1)
    }

    @Test func unknownTypesAreSkippedWithOneWarningEach() async {
        var trial = TargetTrial()
        trial.options.unknownMessages = .skip
        let destination = WatchedDestination(trial.log)
        let other = #"{"type":"LOG","stream":"s"}"# + "\n"
        let input = other + Self.plain + other + Message.record("s", 1) + #"{"type":"PING"}"# + "\n" + other
        #expect(await trial.run(input, into: destination) == nil)
        #expect(destination.ids("s") == [1])
        #expect(
            trial.warnings.all.map(\.message) == [
                #"the message type "LOG" is not known"#, #"the message type "PING" is not known"#,
            ])
    }

    @Test func otherLinesAreSkippedIfAllowed() async {
        var trial = TargetTrial()
        trial.options.skipsOtherLines = true
        let destination = WatchedDestination(trial.log)
        let input = "hello\n" + Self.plain + "INFO {\n" + Message.record("s", 1) + "[1]\n" + Message.state(1)
        #expect(await trial.run(input, into: destination) == nil)
        #expect(destination.ids("s") == [1] && trial.states == [#"{"n":1}"#])
        #expect(trial.warnings.all.first?.message.hasPrefix("3 lines were passed over") == true)
        #expect(trial.warnings.all.first?.location.line == 1)
    }
}

extension String {
    fileprivate var withCarriageReturns: String { split(separator: "\n").map { $0 + "\r\n" }.joined() }
}

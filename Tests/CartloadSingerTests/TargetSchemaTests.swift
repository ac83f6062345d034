// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFiles
import CartloadSQLite
import CartloadSinger
import TestSupport
import Testing

/// SCHEMA messages: repeated, changed, and what records must have.
@Suite struct TargetSchemaTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [1 << 18, 64])
    func aRepeatedSchemaChangesNothing(blockSize: Int) async {
        var trial = TargetTrial()
        trial.options.blockSize = blockSize
        // The same in other words is the same.
        let spaced = Message.users.replacingColons
        let input = (1...4).map { ($0 == 3 ? spaced : Message.users) + Message.record("users", $0) }.joined()
        let destination = WatchedDestination(trial.log)
        #expect(await trial.run(input, into: destination) == nil)
        #expect(destination.ids("users") == [1, 2, 3, 4])
        #expect(trial.log.all("open").count == 1 && trial.log.all("follow").isEmpty)
    }

    @Test(arguments: [1, 2], [1 << 18, 64])
    func aChangedSchemaIsFollowedBetweenItsRecords(workers: Int, blockSize: Int) async {
        var trial = TargetTrial()
        trial.workers = workers
        trial.options.blockSize = blockSize
        let wider = Message.schema("users", #""id":{"type":"integer"},"n":{"type":"integer"}"#, keys: #""id""#)
        let input =
            Message.users + Message.record("users", 1) + wider + Message.record("users", 2, #","n":5"#)
            + Message.users + Message.record("users", 3)
        #expect(await trial.run(input, into: WatchedDestination(trial.log)) == nil)
        #expect(
            trial.log.events == [
                "open users id:integer,name:string by id", "write users 1", "follow users id:integer,n:integer by id",
                "write users 2", "follow users id:integer,name:string by id", "write users 3", "commit users last",
                "close",
            ])
    }

    /// The records before a change are checked against the schema before it.
    @Test func eachRecordIsCheckedAgainstTheSchemaBeforeIt() async {
        let trial = TargetTrial()
        let texts = Message.schema("users", #""id":{"type":"string"}"#)
        let text = #"{"type":"RECORD","stream":"users","record":{"id":"x"}}"# + "\n"
        let destination = WatchedDestination(trial.log)
        #expect(await trial.run(Message.users + Message.record("users", 1) + texts + text, into: destination) == nil)
        #expect(destination.records("users").map { $0["id"] } == [1, "x"])
        let error = await trial.run(Message.users + texts + Message.record("users", 1), into: destination)
        #expect(error?.code == .invalidRecord && error?.location.line == 3)
    }

    private let changing =
        Message.users + Message.record("users", 1, #","name":"a""#) + Message.state(1)
        + Message.schema(
            "users", #""id":{"type":"integer"},"name":{"type":["string","null"]},"n":{"type":["integer","null"]}"#,
            keys: #""id""#)
        + Message.record("users", 2, #","name":"b","n":5"#)
        + Message.schema(
            "users", #""id":{"type":"integer"},"name":{"type":["string","null"]},"n":{"type":["string","null"]}"#,
            keys: #""id""#)
        + Message.record("users", 3, #","n":"x""#) + Message.state(2)

    @Test(arguments: [SQLiteDestination.Load.append, .upsert, .overwrite], [1 << 18, 64])
    func aTableFollowsAChangedSchema(load: SQLiteDestination.Load, blockSize: Int) async throws {
        var trial = TargetTrial()
        trial.options.blockSize = blockSize
        let path = folder.path + "/a.db"
        #expect(await trial.run(changing, into: SQLiteDestination(path: path, load: load)) == nil)
        #expect(
            try Table.rows(path, "SELECT id, name, n FROM users ORDER BY id") == ["1|a|-", "2|b|5", "3|-|x"])
        #expect(trial.states.last == #"{"n":2}"#)
    }

    @Test func linesOfJSONFollowAChangedSchema() async throws {
        let trial = TargetTrial()
        let file = FilesDestination(FilesDestinationOptions(path: folder.path + "/one.jsonl", load: .append))
        #expect(await trial.run(changing, into: file) == nil)
        #expect(
            try folder.text("one.jsonl")
                == #"{"id":1,"name":"a"}"# + "\n" + #"{"id":2,"name":"b","n":5}"# + "\n" + #"{"id":3,"n":"x"}"# + "\n")
    }

    /// A file's header is written once, so a new column asks for a new file.
    @Test func filesOfCommaSeparatedValuesFollowWhereANewOneBegins() async throws {
        var trial = TargetTrial()
        trial.options.drain.records = 1
        let several = FilesDestination(FilesDestinationOptions(path: folder.path + "/{n}.csv", load: .append))
        #expect(await trial.run(changing, into: several) == nil)
        #expect(folder.names().filter { !$0.hasPrefix(".") } == ["00001.csv", "00002.csv", "00003.csv"])
        #expect(try folder.text("00001.csv") == "id,name\n1,a\n")
        #expect(try folder.text("00002.csv") == "id,name,n\n2,b,5\n")
        #expect(try folder.text("00003.csv") == "id,name,n\n3,,x\n")

        let other = TargetTrial()
        let single = FilesDestination(FilesDestinationOptions(path: folder.path + "/one.csv", load: .append))
        let error = await other.run(changing, into: single)
        #expect(error?.code.rawValue == "format.other-fields" && error?.location.field == "n")
        #expect(other.states == [])
    }

    @Test(arguments: [
        #"{"type":"object"}"#, #"{"properties":{}}"#, #"{"type":["null","object"],"properties":{"id":{}}}"#,
        #"{"type":"object","properties":{"id":{"anyOf":[{"type":"integer"},{"type":"null"}]}}}"#,
        #"{"$schema":"https://json-schema.org/draft/2020-12/schema","properties":{"id":{"type":["integer"]}}}"#,
        #"{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","properties":{"id":{"type":"integer","minimum":0,"exclusiveMinimum":true}}}"#,
        #"{"type":"object","properties":{"id":{"oneOf":[{"type":"integer"}]},"x":{"allOf":[{"type":"string"}]}}}"#,
    ])
    func schemasOfAllKindsAreTaken(schema: String) async {
        let trial = TargetTrial()
        let destination = WatchedDestination(trial.log)
        let message = #"{"type":"SCHEMA","stream":"s","schema":\#(schema)}"# + "\n"
        #expect(await trial.run(message + Message.record("s", 1), into: destination) == nil)
        #expect(destination.ids("s") == [1])
    }

    @Test(arguments: [#"{"type":"nonsense"}"#, #"{"properties":[]}"#, #"{"properties":{"id":{"type":7}}}"#])
    func aSchemaThatIsNoneIsAFaultWithItsLine(schema: String) async {
        let trial = TargetTrial()
        let input = Message.state(1) + #"{"type":"SCHEMA","stream":"s","schema":\#(schema)}"# + "\n"
        let error = await trial.run(input, into: MemoryDestination())
        #expect(error?.location.line == 2, "\(error?.description ?? "taken")")
    }

    @Test func withoutValidationRecordsPassUnseen() async {
        var trial = TargetTrial()
        trial.options.validates = false
        let destination = WatchedDestination(trial.log)
        let bad = #"{"type":"RECORD","stream":"users","record":{"id":"x"}}"# + "\n"
        #expect(await trial.run(Message.users + bad, into: destination) == nil)
        #expect(destination.records("users").map { $0["id"] } == ["x"])
    }

    @Test func processorsChangeWhatIsWrittenAndItsSchema() async throws {
        var trial = try TargetTrial([
            "processors": [["drop": ["name"]], ["rename": ["id": "key"]]]
        ])
        trial.options.validates = true
        let destination = WatchedDestination(trial.log)
        #expect(
            await trial.run(Message.users + Message.record("users", 1, #","name":"x""#), into: destination) == nil)
        #expect(destination.records("users").map { JSONValue.object($0).description } == [#"{"key":1}"#])
        #expect(trial.log.all("open") == ["users key:integer by id"])
    }
}

extension String {
    /// With spaces after the colons and commas between members.
    fileprivate var replacingColons: String {
        split(separator: "\":", omittingEmptySubsequences: false).joined(separator: "\": ")
    }
}

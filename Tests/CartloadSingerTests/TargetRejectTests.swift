// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadSinger
import TestSupport
import Testing

/// Bad records are diagnostics (I9).
@Suite struct TargetRejectTests {
    let folder: TemporaryFolder
    var file: String { folder.path + "/rejects.jsonl" }

    init() throws { folder = try TemporaryFolder() }

    private func bad(_ id: Int) -> String {
        #"{"type":"RECORD","stream":"users","record":{"id":"bad \#(id)"}}"# + "\n"
    }

    @Test(arguments: [(1, 1 << 18), (2, 1 << 18), (1, 64), (2, 150)])
    func theyGoToTheFileWithTheirPlace(workersAndBlock: (Int, Int)) async throws {
        var trial = TargetTrial()
        trial.workers = workersAndBlock.0
        trial.options.blockSize = workersAndBlock.1
        trial.options.errorPolicy = .reject(file: file, limit: nil)
        let first = Message.users + Message.record("users", 1)
        let second = first + bad(2) + "\n" + Message.record("users", 3) + Message.state(3)
        let destination = WatchedDestination(trial.log)
        #expect(await trial.run(second + bad(4) + Message.state(4), into: destination) == nil)
        #expect(destination.ids("users") == [1, 3])
        let lines = try folder.text("rejects.jsonl").split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        let inner = #"{"type":"RECORD","stream":"users","record":"#.utf8.count
        #expect(lines.map { $0["line"] } == [3, 7])
        #expect(lines.map { $0["byte"]?.intValue } == [first.utf8.count + inner, second.utf8.count + inner])
        #expect(lines.map { $0["text"] } == [#"{"id":"bad 2"}"#, #"{"id":"bad 4"}"#])
        #expect(lines.allSatisfy { $0["code"] == "record.invalid" && $0["source"] == "stdin" && $0["field"] == "id" })
        #expect(trial.states.last == #"{"n":4}"#)
        #expect(trial.meter.snapshot.recordsRejected == 2 && trial.meter.snapshot.recordsWritten == 2)
    }

    @Test func moreThanTheLimitEndTheRun() async throws {
        var trial = TargetTrial()
        trial.options.blockSize = 64
        trial.options.drain.records = 1
        trial.options.errorPolicy = .reject(file: file, limit: 2)
        let good = Message.users + Message.record("users", 1) + bad(2) + bad(3) + Message.state(3)
        let destination = WatchedDestination(trial.log)
        let error = await trial.run(good + bad(4) + Message.record("users", 5) + Message.state(5), into: destination)
        #expect(error?.code == .tooManyRejects && error?.location.line == 6)
        #expect(destination.ids("users") == [1])
        #expect(trial.states == [#"{"n":3}"#])
        #expect(try folder.text("rejects.jsonl").split(separator: "\n").count >= 2)
    }

    @Test func aBatchFilesBadRecordsAreNamedWithTheFile() async throws {
        try folder.write("a.jsonl", "{\"id\":1}\n{\"id\":\"x\"}\nnonsense\n{\"id\":4}\n")
        var trial = TargetTrial()
        trial.options.errorPolicy = .reject(file: file, limit: nil)
        trial.options.batchFiles.access = try BatchFileAccess(roots: [folder.path])
        let destination = WatchedDestination(trial.log)
        #expect(
            await trial.run(Message.users + Message.batch("users", [folder.path + "/a.jsonl"]), into: destination)
                == nil)
        #expect(destination.ids("users") == [1, 4])
        let lines = try folder.text("rejects.jsonl").split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        #expect(Set(lines.compactMap { $0["line"]?.intValue }) == [2, 3])
        #expect(lines.allSatisfy { $0["source"]?.stringValue?.hasSuffix("/a.jsonl") == true })
    }

    @Test func withoutAFileTheFirstEndsTheRun() async {
        let trial = TargetTrial()
        let error = await trial.run(
            Message.users + Message.record("users", 1) + bad(2) + Message.state(2), into: MemoryDestination())
        #expect(error?.code == .invalidRecord && trial.states == [])
    }
}

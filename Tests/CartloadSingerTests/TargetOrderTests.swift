// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSQLite
import CartloadSinger
import TestSupport
import Testing

@Suite struct TargetOrderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func trial(_ workers: Int = 1) throws -> TargetTrial {
        var trial = TargetTrial()
        trial.workers = workers
        trial.options.batchFiles.access = try BatchFileAccess(roots: [folder.path])
        return trial
    }

    /// RECORD 1, BATCH 1 and 2, RECORD 2, each with a newer name than the one before.
    private func mixture() throws -> String {
        try folder.write(
            "a.jsonl", "{\"id\":1,\"name\":\"batch\"}\n{\"id\":2,\"name\":\"batch\"}\n{\"id\":3,\"name\":\"batch\"}\n")
        return Message.users + Message.record("users", 1, #","name":"record""#)
            + Message.batch("users", [folder.path + "/a.jsonl"]) + Message.record("users", 2, #","name":"record""#)
            + Message.state(1)
    }

    @Test(arguments: [1, 2])
    func recordsAndBatchesOfAStreamKeepTheirOrder(workers: Int) async throws {
        let trial = try trial(workers)
        let destination = WatchedDestination(trial.log)
        #expect(await trial.run(try mixture(), into: destination) == nil)
        #expect(destination.ids("users") == [1, 1, 2, 3, 2])
        #expect(trial.states == [#"{"n":1}"#])
    }

    @Test(arguments: [1, 2])
    func theLastOfRecordAndBatchWinsAnUpsert(workers: Int) async throws {
        let trial = try trial(workers)
        let memory = MemoryDestination(isUpsert: true)
        #expect(await trial.run(try mixture(), into: memory) == nil)
        let names = Dictionary(
            uniqueKeysWithValues: memory.records(of: "users").map { ($0["id"]?.intValue ?? 0, $0["name"]?.stringValue) }
        )
        #expect(names == [1: "batch", 2: "record", 3: "batch"])

        let path = folder.path + "/users.db"
        #expect(await trial.run(try mixture(), into: SQLiteDestination(path: path, load: .upsert)) == nil)
        #expect(
            try Table.rows(path, "SELECT id, name FROM users ORDER BY id") == ["1|batch", "2|record", "3|batch"])
    }

    /// Three streams in turn, many blocks; every stream's records are in order in both kinds of destination.
    @Test(arguments: [1, 2], [64, 4096])
    func interleavedStreamsKeepTheirOrder(workers: Int, blockSize: Int) async throws {
        var trial = try trial(workers)
        trial.options.blockSize = blockSize
        let names = ["a", "b", "c"]
        var messages = names.map { Message.schema($0, keys: #""id""#) }.joined()
        for id in 0..<60 { messages += Message.record(names[(id * 7) % 3], id) }
        let memory = MemoryDestination()
        #expect(await trial.run(messages, into: memory) == nil)
        let path = folder.path + "/three.db"
        #expect(await trial.run(messages, into: SQLiteDestination(path: path)) == nil)
        for (number, name) in names.enumerated() {
            let expected = (0..<60).filter { ($0 * 7) % 3 == number }
            #expect(memory.records(of: name).compactMap { $0["id"]?.intValue } == expected)
            #expect(try Table.rows(path, "SELECT id FROM \(name) ORDER BY rowid") == expected.map(String.init))
        }
    }

    /// What a state covers is all that came before it, of other streams too.
    @Test(arguments: [1, 2], [32, 4096])
    func noStateLeavesBeforeWhatPrecedesIt(workers: Int, blockSize: Int) async throws {
        var trial = try trial(workers)
        trial.options.blockSize = blockSize
        trial.options.drain.records = 1
        var messages = Message.schema("a") + Message.schema("b")
        for id in 1...40 {
            messages += Message.record(id % 3 == 0 ? "b" : "a", id)
            if id % 4 == 0 { messages += Message.state(id) }
        }
        let destination = WatchedDestination(trial.log)
        #expect(await trial.run(messages, into: destination) == nil)
        var pending: Set<Int> = []
        var durable: Set<Int> = []
        for event in trial.log.events {
            let words = event.split(separator: " ")
            if words[0] == "write" { pending.formUnion(words[2].split(separator: ",").compactMap { Int($0) }) }
            if words[0] == "commit" { durable.formUnion(pending) }
            if words[0] == "state", let number = try JSONValue(parsing: String(words[1]))["n"]?.intValue {
                #expect(durable.isSuperset(of: 1...number), "\(event)")
            }
        }
        #expect(durable == Set(1...40))
        #expect(trial.states.last == #"{"n":40}"#)
    }
}

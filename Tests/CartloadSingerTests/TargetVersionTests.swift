// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSQLite
import CartloadSinger
import TestSupport
import Testing

/// ACTIVATE_VERSION, whenever taps send it, in seconds or milliseconds.
@Suite struct TargetVersionTests {
    static let seconds: Int64 = 1_795_000_000
    static let milliseconds: Int64 = 1_794_999_000_123

    let folder: TemporaryFolder
    var path: String { folder.path + "/a.db" }

    init() throws { folder = try TemporaryFolder() }

    private func records(_ ids: ClosedRange<Int>, _ version: Int64) -> String {
        ids.map { Message.record("users", $0, "", #","version":\#(version)"#) }.joined()
    }

    private func load(
        _ messages: String, hard: Bool = true, blockSize: Int = 1 << 18, metadata: Bool = false,
        load: SQLiteDestination.Load = .upsert
    ) async throws -> TargetTrial {
        var trial = TargetTrial()
        trial.options.deletesHard = hard
        trial.options.blockSize = blockSize
        trial.options.addsMetadata = metadata
        trial.options.drain.records = blockSize < 1000 ? 1 : 1000
        let error = await trial.run(messages, into: SQLiteDestination(path: path, load: load))
        #expect(error == nil, "\(error?.description ?? "")")
        return trial
    }

    private func ids(_ condition: String = "true") throws -> [String] {
        try Table.rows(path, "SELECT id FROM users WHERE \(condition) ORDER BY id")
    }

    /// Where the activation stands, with `@` for the records.
    @Test(
        arguments: ["A@", "@A", "A@A", "@AA", "AA@"],
        [(seconds, seconds + 60), (milliseconds, seconds), (seconds, milliseconds)])
    func otherVersionsGoWhereverTheMessageStands(order: String, versions: (Int64, Int64)) async throws {
        for blockSize in [1 << 18, 64] {
            let (old, new) = versions
            _ = try await load(Message.users + records(1...4, old) + Message.activate("users", old))
            #expect(try ids() == ["1", "2", "3", "4"])
            let messages = order.map { $0 == "A" ? Message.activate("users", new) : records(3...5, new) }.joined()
            _ = try await load(Message.users + messages + Message.state(1), blockSize: blockSize)
            #expect(try ids() == ["3", "4", "5"], "block size \(blockSize)")
            try? folder.remove("a.db")
        }
    }

    @Test func softlyTheyAreMarked() async throws {
        _ = try await load(Message.users + records(1...3, 1) + Message.activate("users", 1), hard: false)
        let trial = try await load(
            Message.users + records(2...2, 2) + Message.activate("users", 2) + Message.state(1), hard: false)
        #expect(try ids() == ["1", "2", "3"])
        #expect(try ids("_sdc_deleted_at IS NULL") == ["2"])
        #expect(
            try Table.rows(path, "SELECT DISTINCT _sdc_deleted_at FROM users WHERE id <> 2")
                == ["2026-11-20T10:27:40.607921+00:00"])
        #expect(trial.states == [#"{"n":1}"#])
    }

    @Test func withoutRecordsTheTableIsEmptyInTheEnd() async throws {
        _ = try await load(Message.users + records(1...3, 1))
        _ = try await load(Message.users + Message.activate("users", 2))
        #expect(try ids() == [])
    }

    /// Were the old rows taken away first, a fault in the middle would leave an empty table.
    @Test func aRunThatFailsTakesNothingAway() async throws {
        _ = try await load(Message.users + records(1...3, 1) + Message.activate("users", 1))
        var trial = TargetTrial()
        trial.options.deletesHard = true
        trial.options.blockSize = 64
        trial.options.drain.records = 1
        let messages = Message.users + Message.activate("users", 2) + records(1...1, 2) + "oops\n"
        #expect(await trial.run(messages, into: SQLiteDestination(path: path, load: .upsert))?.code == .singerMessage)
        #expect(try ids() == ["1", "2", "3"])
    }

    /// The activation and the state after it are one step: no state leaves before the old rows are gone.
    @Test func theActivationComesWithTheCommitBeforeItsState() async {
        var trial = TargetTrial()
        trial.options.blockSize = 64
        trial.options.deletesHard = true
        let messages = Message.users + records(1...1, 7) + Message.activate("users", 7) + Message.state(1)
        #expect(await trial.run(messages, into: WatchedDestination(trial.log)) == nil)
        let tail = trial.log.events.filter {
            !$0.hasPrefix("open") && !$0.hasPrefix("follow") && !$0.hasPrefix("write")
        }
        #expect(tail == ["activate users 7 hard", "commit users last", #"state {"n":1}"#, "close"])
    }

    @Test func theVersionsColumnIsThereWhenRecordsHaveVersions() async throws {
        _ = try await load(Message.users + records(1...1, 5) + Message.record("users", 2) + records(3...3, 6))
        #expect(
            try Table.rows(path, "SELECT id, _sdc_table_version FROM users ORDER BY id") == ["1|5", "2|-", "3|6"])
    }

    @Test func switchedOffNothingIsTakenAway() async throws {
        var trial = TargetTrial()
        trial.options.activatesVersions = false
        let messages = Message.users + records(1...2, 5) + Message.activate("users", 6)
        #expect(await trial.run(messages, into: SQLiteDestination(path: path)) == nil)
        #expect(try Table.cells(path, "users").first == ["id", "name"])
        #expect(try ids() == ["1", "2"])
    }

    @Test func aDestinationThatCannotIsWarnedOf() async {
        let trial = TargetTrial()
        let memory = MemoryDestination()
        let messages = Message.users + records(1...2, 5) + Message.activate("users", 5) + Message.state(1)
        #expect(await trial.run(messages, into: memory) == nil)
        #expect(trial.warnings.all.map(\.code) == [.singerVersion])
        #expect(memory.records(of: "users").count == 2 && trial.states.count == 1)
    }

    /// Batches that say their version, and those of singer-sdk, which activates one before them and says none.
    @Test(arguments: ["A@", "@A", "AB"])
    func batchesHaveVersionsToo(order: String) async throws {
        try folder.write("a.jsonl", "{\"id\":3}\n{\"id\":4}\n")
        _ = try await load(Message.users + records(1...4, 1))
        let messages = order.map { part in
            switch part {
            case "A": Message.activate("users", 2)
            case "@": Message.batch("users", [folder.path + "/a.jsonl"], #","version":2"#)
            default: Message.batch("users", [folder.path + "/a.jsonl"])
            }
        }
        var trial = TargetTrial()
        trial.options.deletesHard = true
        trial.options.batchFiles.access = try BatchFileAccess(roots: [folder.path])
        let error = await trial.run(
            Message.users + messages.joined() + Message.state(1), into: SQLiteDestination(path: path, load: .upsert))
        #expect(error == nil)
        #expect(try ids() == ["3", "4"])
        #expect(try ids("_sdc_table_version = 2") == ["3", "4"])
    }

    /// Only the streams that are named are looked at.
    @Test func otherStreamsStayAsTheyAre() async throws {
        let orders = Message.schema("orders", keys: #""id""#)
        _ = try await load(Message.users + orders + records(1...2, 1) + Message.record("orders", 1))
        _ = try await load(Message.users + orders + records(3...3, 2) + Message.activate("users", 2))
        #expect(try ids() == ["3"])
        #expect(try Table.rows(path, "SELECT id FROM orders") == ["1"])
    }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadSQLite
import CartloadSinger
import TestSupport
import Testing

/// The `_sdc_` columns.
@Suite struct MetadataColumnsTests {
    private static let names = [
        "_sdc_extracted_at", "_sdc_received_at", "_sdc_batched_at", "_sdc_deleted_at", "_sdc_sequence",
        "_sdc_table_version", "_sdc_sync_started_at",
    ]

    private func run(
        _ messages: String, blockSize: Int = 1 << 18, workers: Int = 1,
        _ change: (inout TargetOptions) -> Void = { _ in }
    ) async throws -> [JSONObject] {
        var trial = TargetTrial()
        trial.workers = workers
        trial.options.addsMetadata = true
        trial.options.blockSize = blockSize
        change(&trial.options)
        let destination = WatchedDestination(trial.log)
        #expect(await trial.run(messages, into: destination) == nil)
        return destination.records("users")
    }

    @Test func theyFollowARecordsOwnFieldsInOrder() async throws {
        let records = try await run(
            Message.users + Message.record("users", 1, #","name":"x""#, #","time_extracted":"2026-01-01T00:00:00Z""#)
                + Message.record("users", 2, "", #","version":9"#))
        #expect(records.map(\.keys) == [["id", "name"] + Self.names, ["id"] + Self.names])
        #expect(
            JSONValue.object(records[0]).description
                == #"{"id":1,"name":"x","_sdc_extracted_at":"2026-01-01T00:00:00Z","_sdc_received_at":"2026-11-20T10:27:40.607921+00:00","_sdc_batched_at":"2026-11-20T10:27:40.607921+00:00","_sdc_deleted_at":null,"_sdc_sequence":1795170460607921,"_sdc_table_version":null,"_sdc_sync_started_at":1795170460607}"#
        )
        #expect(records[1]["_sdc_extracted_at"] == .null && records[1]["_sdc_table_version"] == 9)
    }

    /// Each record has the time of its own message, also where rejected records and other streams lie between.
    @Test(arguments: [1, 2], [1 << 18, 200])
    func eachRecordHasItsOwnTimeAndNumber(workers: Int, blockSize: Int) async throws {
        var messages = Message.users + Message.schema("other")
        for id in 1...40 {
            messages += Message.record("users", id, "", #","time_extracted":"T\#(id)""#)
            if id % 3 == 0 { messages += Message.record("other", id, "", #","time_extracted":"no""#) }
            if id % 7 == 0 {
                messages += #"{"type":"RECORD","stream":"users","record":{"id":"bad"},"time_extracted":"bad"}"# + "\n"
            }
        }
        let folder = try TemporaryFolder()
        let records = try await run(messages, blockSize: blockSize, workers: workers) {
            $0.errorPolicy = .reject(file: folder.path + "/rejects.jsonl", limit: nil)
        }
        #expect(records.compactMap { $0["id"]?.intValue } == Array(1...40))
        #expect(records.compactMap { $0["_sdc_extracted_at"]?.stringValue } == (1...40).map { "T\($0)" })
        let numbers = records.compactMap { $0["_sdc_sequence"]?.intValue }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 } && Set(numbers).count == 40)
    }

    @Test func filesOfABatchGetThemToo() async throws {
        let folder = try TemporaryFolder()
        try folder.write("a.jsonl", "{\"id\":1}\n{\"id\":2}\n")
        let messages =
            Message.users + Message.record("users", 0)
            + Message.batch("users", [folder.path + "/a.jsonl"], #","time_extracted":"T","version":3"#)
            + Message.record("users", 3)
        let access = try BatchFileAccess(roots: [folder.path])
        let records = try await run(messages) { $0.batchFiles.access = access }
        #expect(records.map(\.keys) == Array(repeating: ["id"] + Self.names, count: 4))
        #expect(records.map { $0["_sdc_extracted_at"] } == [.null, "T", "T", .null])
        #expect(records.map { $0["_sdc_table_version"] } == [.null, 3, 3, .null])
        let numbers = records.compactMap { $0["_sdc_sequence"]?.intValue }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
    }

    private let carrying =
        Message.schema(
            "users",
            #""id":{"type":"integer"},"_sdc_sequence":{"type":"integer"},"_sdc_deleted_at":{"type":["string","null"]},"_sdc_lsn":{"type":"integer"}"#
        )
        + Message.record("users", 1, #","_sdc_sequence":5,"_sdc_deleted_at":"2020-01-01","_sdc_lsn":8"#)
        + Message.record("users", 2, #","_sdc_sequence":6,"_sdc_deleted_at":null,"_sdc_lsn":9"#)

    /// A log tells the tap when a record was deleted; nobody else knows.
    @Test func theTimeOfDeletionThatATapSendsIsKept() async throws {
        let records = try await run(carrying)
        #expect(records.map { $0["_sdc_deleted_at"] } == ["2020-01-01", .null])
        #expect(records.map { $0["_sdc_lsn"] } == [8, 9])
        #expect(records.map { $0["_sdc_sequence"]?.intValue ?? 0 > 1000 } == [true, true])
        #expect(Set(records[0].keys).isSuperset(of: Self.names) && records[0].count == Self.names.count + 2)
    }

    @Test func switchedOffTheyAreTakenAway() async throws {
        let records = try await run(carrying) { $0.addsMetadata = false }
        #expect(
            records.map { JSONValue.object($0).description } == [#"{"id":1,"_sdc_lsn":8}"#, #"{"id":2,"_sdc_lsn":9}"#])
    }

    @Test func aTableGetsThemWithTypes() async throws {
        let folder = try TemporaryFolder()
        var trial = TargetTrial()
        trial.options.addsMetadata = true
        let path = folder.path + "/a.db"
        #expect(await trial.run(Message.users + Message.record("users", 1), into: SQLiteDestination(path: path)) == nil)
        #expect(try Table.cells(path, "users").first == ["id", "name"] + Self.names)
        #expect(
            try Table.rows(
                path, "SELECT typeof(_sdc_sequence), typeof(_sdc_sync_started_at), _sdc_received_at FROM users")
                == ["integer|integer|2026-11-20T10:27:40.607921+00:00"])
    }

    @Test(arguments: ["{ }", "{\n}", "{\"id\" : 1 }"])
    func recordsOfAnyFormGetThem(record: String) async throws {
        let line = record.filter { $0 != "\n" }
        let records = try await run(
            #"{"type":"SCHEMA","stream":"users","schema":{}}"# + "\n"
                + #"{"type":"RECORD","stream":"users","record":\#(line)}"#)
        #expect(records.first?.keys.suffix(7).map { $0 } == Self.names)
    }
}

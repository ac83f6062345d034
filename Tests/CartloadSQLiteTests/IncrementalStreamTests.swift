// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSQLite
import CartloadTesting
import SQLiteDatabase
import TestSupport
import Testing

@Suite struct IncrementalStreamTests {
    let folder: TemporaryFolder
    var file: String { folder.path + "/test.db" }

    init() throws { folder = try TemporaryFolder() }

    private func execute(_ sql: String) throws { try Database(path: file, access: .create).execute(sql) }

    private func stream(_ source: SQLiteSource? = nil) async throws -> any IncrementalStream {
        let first = try await (source ?? SQLiteSource(path: file, tables: ["t"])).streams()[0]
        return try #require(first as? any IncrementalStream)
    }

    private func ids(_ stream: any CartloadCore.Stream, since checkpoint: Checkpoint? = nil) async throws -> [Int?] {
        try await StreamReading(stream, since: checkpoint).records().map { $0["id"]?.intValue }
    }

    private func fill() throws {
        try execute(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT, day DATETIME, n INTEGER, x REAL, flag BOOLEAN, bytes BLOB, free);
            INSERT INTO t VALUES (1, '2026-01-03', '2026-01-03', 3, 3.5, 1, x'00', 1), (2, '2026-01-01', '2026-01-01', 1, 1.5, 0, x'01', 'a'),
                (3, '2026-01-02', '2026-01-02', 2, 2.5, 1, x'02', x'00'), (4, '2026-01-02', '2026-01-02', 2, 2.5, 1, x'02', 2);
            """)
    }

    @Test func columnsWithAnOrderCanBeReplicationKeys() async throws {
        try fill()
        #expect(try await stream().replicationKeys == ["id", "at", "day", "n", "x"])
        try execute("DELETE FROM t")
        // Before there is a value, a column without a type may turn out to be one.
        #expect(try await stream().replicationKeys == ["id", "at", "day", "n", "x", "free"])
    }

    @Test(
        arguments: [
            ("at", nil, [2, 3, 4, 1]), ("at", .null, [2, 3, 4, 1]), ("at", "2026-01-02", [3, 4, 1]),
            ("AT", "2026-01-02T00:00:00Z", [1]), ("day", "2026-01-02", [3, 4, 1]), ("n", 2, [3, 4, 1]),
            ("n", "2", [3, 4, 1]), ("n", 2.1, [1]), ("n", "1e0", [2, 3, 4, 1]), ("x", 2.5, [3, 4, 1]),
            ("x", "2.5", [3, 4, 1]), ("x", 2, [3, 4, 1]), ("id", 4, [4]), ("id", 99, []),
            ("n", .number("123456789012345678901234567890"), []),
        ] as [(String, JSONValue?, [Int])])
    func recordsFromTheValueOnAreRead(key: String, start: JSONValue?, expected: [Int]) async throws {
        try fill()
        #expect(try await ids(stream().incremental(by: key, from: start)) == expected)
    }

    @Test(
        arguments: [
            ("n", "2026-01-01"), ("n", ["a"]), ("at", true), ("n", ""), ("x", "nan"), ("flag", 1), ("bytes", "00"),
            ("free", 1), ("n", .number("1e999")),
        ] as [(String, JSONValue)])
    func whatCannotBeComparedIsRefused(key: String, start: JSONValue) async throws {
        try fill()
        let stream = try await stream()
        let error = #expect(throws: CartloadError.self) { try stream.incremental(by: key, from: start) }
        #expect(error?.code == .sqliteCursor)
    }

    @Test func aMissingColumnIsNamedWithThoseThatThereAre() async throws {
        try fill()
        let stream = try await stream()
        let error = #expect(throws: CartloadError.self) { try stream.incremental(by: "dayy", from: nil) }
        #expect(error?.code == .sqliteMissingColumn)
        #expect(error?.advice?.hasPrefix("Did you mean \"day\"? ") == true)
    }

    @Test func nullsAreFoundWhenItIsRead() async throws {
        try fill()
        try execute("UPDATE t SET at = NULL WHERE id = 1")
        let stream = try await stream().incremental(by: "at", from: "2026-01-01")
        let error = await #expect(throws: CartloadError.self) { try await ids(stream) }
        #expect(error?.code == .sqliteCursor)
    }

    @Test(arguments: ["", " WITHOUT ROWID"])
    func aCheckpointGoesOnAfterTheLastRecordAndNotAtItsValue(rowid: String) async throws {
        try execute("CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT)\(rowid); INSERT INTO t VALUES (1, 'a'), (2, 'b')")
        let stream = try await stream().incremental(by: "at", from: "b")
        try await SourceContract(OneStream(stream: stream)).run()
        let elements = try await StreamReading(stream).elements
        let checkpoint = try #require(elements.last?.checkpoint)
        try execute("INSERT INTO t VALUES (3, 'b'), (4, 'c')")
        // Without a rowid nothing tells records of the same value apart, as for a cursor of the settings.
        #expect(try await ids(stream, since: checkpoint) == (rowid.isEmpty ? [3, 4] : [4]))
        // From the value on, those with it come again: that is Singer's rule, and the target's keys make up for it.
        #expect(try await ids(self.stream().incremental(by: "at", from: "b")) == [2, 3, 4])
    }

    @Test func aRunThatFoundNothingBeginsThereAgain() async throws {
        try execute("CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT); INSERT INTO t VALUES (1, 'a')")
        let stream = try await stream().incremental(by: "at", from: "m")
        let elements = try await StreamReading(stream).elements
        let checkpoint = try #require(elements.last?.checkpoint)
        try execute("INSERT INTO t VALUES (2, 'b'), (3, 'm')")
        #expect(try await ids(stream, since: checkpoint) == [3])
    }

    @Test func aQueryAndSlicesCanBeReadInOrderToo() async throws {
        try fill()
        let query = SQLiteSource(path: file, query: "SELECT * FROM t WHERE n < 3")
        #expect(try await ids(stream(query).incremental(by: "n", from: 1)).sorted { $0 ?? 0 < $1 ?? 0 } == [2, 3, 4])
        let sliced = SQLiteSource(path: file, tables: ["t"], slice: .init(key: "id", .rows(1)))
        let stream = try await stream(sliced).incremental(by: "n", from: 2)
        #expect(stream.description.concurrency == 1)
        #expect(try await ids(stream) == [3, 4, 1])
    }

    /// Whatever the interval and the block, checkpoints are at its multiples, and nothing else changes.
    @Test(arguments: 0..<12 as Range<UInt64>)
    func checkpointsAreAtMultiplesOfTheInterval(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...300, using: &random)
        try execute(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT, tied INTEGER);
            WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT \(count))
            INSERT INTO t SELECT v, printf('%05d', v * 7 % 31), v / 5 FROM n;
            """)
        for source in [
            SQLiteSource(path: file, tables: ["t"]),
            SQLiteSource(path: file, tables: ["t"], slice: .init(key: "id", .rows(37))),
            SQLiteSource(path: file, tables: ["t"], cursor: "at"), SQLiteSource(path: file, query: "SELECT * FROM t"),
        ] {
            let stream = try await source.streams()[0]
            let interval = Int.random(in: 1...50, using: &random)
            let blockSize = Int.random(in: 1...2000, using: &random)
            let plain = try await StreamReading(stream).records()
            let reading = try await StreamReading(stream, blockSize: blockSize, recordInterval: interval)
            #expect(try reading.records() == plain, "seed \(seed)")
            var read = 0
            var inBatch = 0
            var places: [Int] = []
            for element in reading.elements {
                switch element {
                case .closed, .divided: inBatch = 0
                case .records(let batch, _, let checkpoint, _):
                    inBatch += batch.count ?? 0
                    read += batch.count ?? 0
                    if let checkpoint {
                        #expect(inBatch % interval == 0, "seed \(seed), interval \(interval), block \(blockSize)")
                        places.append(inBatch)
                        let rest = try await StreamReading(stream, since: checkpoint, recordInterval: interval)
                        #expect(try rest.records() == Array(plain[read...]), "seed \(seed)")
                    }
                }
            }
            // Every multiple is such a place where the source can resume at all.
            if source.slice == nil, source.query == nil { #expect(places.count == count / interval, "seed \(seed)") }
        }
    }
}

/// A source of one stream, for the contract.
private struct OneStream: Source {
    let stream: any CartloadCore.Stream

    func streams() async throws -> [any CartloadCore.Stream] { [stream] }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSQLite
import CartloadTesting
import SQLiteDatabase
import TestSupport
import Testing

@Suite struct VersionTests {
    /// Versions in seconds and in milliseconds: a tap that changes from one to the other may make a new one the smaller.
    static let seconds: Int64 = 1_795_000_000
    static let milliseconds: Int64 = 1_794_999_000_123
    static let pairs = [(seconds, seconds + 60), (milliseconds, seconds), (seconds, milliseconds)]

    let folder: TemporaryFolder
    var file: String { folder.path + "/test.db" }

    init() throws { folder = try TemporaryFolder() }

    private func rows(_ columns: String = "id, version, deleted") throws -> [String] {
        let count = columns.split(separator: ",").count
        return try Database(path: file, access: .readOnly).rows("SELECT \(columns) FROM t ORDER BY id") { row in
            (0..<count).map { row.string($0) ?? "-" }.joined(separator: " ")
        }
    }

    private func execute(_ sql: String) throws { try Database(path: file, access: .create).execute(sql) }

    private func writer(_ load: SQLiteDestination.Load, evolve: Bool = true) async throws -> any VersionedWriter {
        let writer = try await SQLiteDestination(path: file, load: load, evolve: evolve).open(
            DestinationStream("t", keys: ["id"], checkpointID: "x"))
        return try #require(writer as? any VersionedWriter)
    }

    private func hard(_ version: Int64) -> VersionActivation {
        VersionActivation(version: version, column: "version", removal: .hard)
    }

    private func soft(_ version: Int64) -> VersionActivation {
        VersionActivation(version: version, column: "version", removal: .soft(column: "deleted", text: "2026-11-20"))
    }

    private func version(_ versions: Int64?...) -> (String, Column) { ("version", Column(integers: versions)) }

    private func commit(_ sequence: Int = 1, isLast: Bool = false) -> Commit {
        Commit(sequence: sequence, checkpoint: Checkpoint(nil), isLast: isLast)
    }

    @Test(arguments: [SQLiteDestination.Load.append, .upsert], pairs)
    func otherVersionsAreDeletedWithTheNextCommit(load: SQLiteDestination.Load, versions: (Int64, Int64)) async throws {
        let (old, new) = versions
        let writer = try await writer(load)
        try await writer.write([1, 2, 3], version(old, old, nil))
        _ = try await writer.commit(commit())
        try await writer.write([2 + (load == .append ? 10 : 0)], version(new))
        try await writer.activate(hard(new))
        // After the call, but of the new version; and one of neither.
        try await writer.write([4, 5], version(new, old + 1))
        #expect(try rows("id").count == 3)
        _ = try await writer.commit(commit(2))
        #expect(try rows("id") == (load == .append ? ["4", "12"] : ["2", "4"]))
        // Done once: what comes later is not looked at.
        try await writer.write([6], version(old))
        _ = try await writer.commit(commit(3, isLast: true))
        try await writer.close()
        #expect(try rows("id").count == 3)
    }

    @Test(arguments: [SQLiteDestination.Load.append, .upsert], pairs)
    func otherVersionsAreMarkedOnce(load: SQLiteDestination.Load, versions: (Int64, Int64)) async throws {
        let (old, new) = versions
        let writer = try await writer(load)
        try await writer.write([1, 2], version(old, nil), ("deleted", Column(.string, text: ["2020-01-01", nil])))
        try await writer.activate(soft(new))
        try await writer.write([3], version(new))
        _ = try await writer.commit(commit(isLast: true))
        try await writer.close()
        #expect(try rows() == ["1 \(old) 2020-01-01", "2 - 2026-11-20", "3 \(new) -"])
    }

    @Test func whatIsUpsertedAgainIsNoLongerMarked() async throws {
        let writer = try await writer(.upsert)
        try await writer.write([1, 2], version(1, 1))
        try await writer.activate(soft(2))
        _ = try await writer.commit(commit())
        #expect(try rows() == ["1 1 2026-11-20", "2 1 2026-11-20"])
        try await writer.write([2], version(2))
        _ = try await writer.commit(commit(2, isLast: true))
        try await writer.close()
        #expect(try rows() == ["1 1 2026-11-20", "2 2 -"])
    }

    @Test(arguments: [SQLiteDestination.Load.append, .upsert])
    func aTableWithoutVersionsHasOnlyOldRecords(load: SQLiteDestination.Load) async throws {
        try execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b')")
        var writer = try await writer(load)
        try await writer.activate(soft(7))
        _ = try await writer.commit(commit(isLast: true))
        try await writer.close()
        #expect(try rows() == ["1 - 2026-11-20", "2 - 2026-11-20"])
        writer = try await self.writer(load)
        try await writer.activate(hard(7))
        try await writer.write([3], version(7))
        _ = try await writer.commit(commit(isLast: true))
        try await writer.close()
        #expect(try rows("id") == ["3"])
    }

    @Test(arguments: SQLiteDestination.Load.allCases)
    func aTableThatIsNotThereIsNoMatter(load: SQLiteDestination.Load) async throws {
        let writer = try await writer(load)
        try await writer.activate(hard(7))
        _ = try await writer.commit(commit())
        try await writer.activate(soft(7))
        try await writer.write([1], version(7))
        _ = try await writer.commit(commit(2, isLast: true))
        try await writer.close()
        #expect(try rows("id") == ["1"])
    }

    @Test func anOverwriteKeepsWhatItWroteWhateverItsVersion() async throws {
        let writer = try await writer(.overwrite)
        try await writer.write([1, 2], version(1, nil))
        try await writer.activate(hard(7))
        _ = try await writer.commit(commit(isLast: true))
        try await writer.close()
        #expect(try rows("id") == ["1", "2"])
    }

    @Test func ofTwoActivationsTheLastCounts() async throws {
        let writer = try await writer(.append)
        try await writer.write([1, 2, 3], version(1, 2, 3))
        try await writer.activate(hard(1))
        try await writer.activate(hard(2))
        _ = try await writer.commit(commit(isLast: true))
        try await writer.close()
        #expect(try rows("id") == ["2"])
    }

    @Test func withoutACommitNothingIsTakenAway() async throws {
        let writer = try await writer(.append)
        try await writer.write([1], version(1))
        _ = try await writer.commit(commit())
        try await writer.activate(hard(2))
        try await writer.close()
        #expect(try rows("id") == ["1"])
        _ = try await writer.commit(commit(2))
        #expect(try rows("id") == ["1"])
    }

    @Test func aTableThatMayNotChangeNeedsTheColumns() async throws {
        try execute("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
        let writer = try await writer(.append, evolve: false)
        try await writer.activate(hard(7))
        let error = await #expect(throws: CartloadError.self) { try await writer.commit(commit()) }
        #expect(error?.code == .sqliteMissingColumn)
        try await writer.close()
        #expect(try rows("id") == ["1"])
    }

    @Test(arguments: ["DATETIME", "TEXT", "TIMESTAMP", ""])
    func aMarkGoesIntoAColumnOfSomeoneElse(type: String) async throws {
        try execute(
            "CREATE TABLE t (id, version BIGINT, deleted \(type)); INSERT INTO t VALUES (1, 6, NULL), (2, 7, NULL)")
        let writer = try await writer(.append, evolve: false)
        try await writer.activate(soft(7))
        _ = try await writer.commit(commit(isLast: true))
        try await writer.close()
        #expect(try rows() == ["1 6 2026-11-20", "2 7 -"])
    }

    @Test func aMarkIsSpelledAsItsColumnIs() async throws {
        let writer = try await writer(.append)
        try await writer.write([1, 2], version(1, 1), ("deleted", Column(booleans: [true, nil])))
        try await writer.activate(soft(7))
        _ = try await writer.commit(commit(isLast: true))
        try await writer.close()
        #expect(try rows() == ["1 1 true", "2 1 \"2026-11-20\""])
    }

    @Test func versionsOfAGroupsStreamsAreTheirOwn() async throws {
        let group = try SQLiteDestination(path: file).group()
        let t = try #require(try await group.open(DestinationStream("t", checkpointID: "x")) as? any VersionedWriter)
        let u = try #require(try await group.open(DestinationStream("u", checkpointID: "x")) as? any VersionedWriter)
        try await t.write([1, 2], version(1, 2))
        try await u.write([1, 2], version(1, 2))
        try await t.activate(hard(2))
        // Also when the commit speaks of the other stream only, the transaction is of both.
        try await group.commit([StreamCommit(u, commit())])
        #expect(try rows("id") == ["2"])
        try await u.activate(hard(1))
        try await group.commit([StreamCommit(u, commit(2))])
        try await group.close()
        #expect(try Database(path: file, access: .readOnly).integer("SELECT sum(id) FROM u") == 1)
    }
}

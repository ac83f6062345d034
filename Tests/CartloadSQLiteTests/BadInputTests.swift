// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSQLite
import CartloadTesting
import Glibc
import SQLiteDatabase
import TestSupport
import Testing

@Suite struct BadInputTests {
    let folder: TemporaryFolder
    var file: String { folder.path + "/test.db" }

    init() throws { folder = try TemporaryFolder() }

    private func failure(_ source: SQLiteSource, since checkpoint: Checkpoint? = nil) async throws -> CartloadError? {
        await #expect(throws: CartloadError.self) {
            for stream in try await source.streams() { _ = try await StreamReading(stream, since: checkpoint) }
        }
    }

    private func make(_ sql: String) throws { try Database(path: file, access: .create).execute(sql) }

    @Test func aMissingTableIsNamedWithThoseThatThereAre() async throws {
        try make("CREATE TABLE orders (a); CREATE TABLE customers (a); CREATE TABLE _cartload_checkpoints (a)")
        let error = try await failure(SQLiteSource(path: file, tables: ["order"]))
        #expect(
            error?.description == """
                \(file): there is no table "order" [sqlite.missing-table]
                  Did you mean "orders"? There are: customers, orders.
                """)
    }

    @Test(arguments: [
        SQLiteSource(path: "", slice: .init(key: "idd", .rows(5))), SQLiteSource(path: "", cursor: "idd"),
    ])
    func aMissingColumnIsNamedWithThoseThatThereAre(source: SQLiteSource) async throws {
        try make("CREATE TABLE orders (id, name)")
        var source = source
        source.path = file
        let error = try await failure(source)
        #expect(error?.code == .sqliteMissingColumn)
        #expect(error?.advice == "Did you mean \"id\"? There are: id, name.")
    }

    @Test func aSliceKeyMustBeWhole() async throws {
        try make("CREATE TABLE t (k INTEGER); INSERT INTO t VALUES (1), (NULL), ('x'), (2.5)")
        let error = try await failure(SQLiteSource(path: file, slice: .init(key: "k", .rows(5))))
        #expect(error?.message == "3 rows of \"t\" have no whole number in the slice key \"k\"")
    }

    @Test func aCursorMustNotBeNull() async throws {
        try make("CREATE TABLE t (c); INSERT INTO t VALUES (1), (NULL)")
        #expect(try await failure(SQLiteSource(path: file, cursor: "c"))?.code == .sqliteCursor)
    }

    @Test(arguments: ["CAST(x'ff41' AS TEXT)", "CAST(x'c3' AS TEXT)", "CAST(x'eda080' AS TEXT)"])
    func textThatIsNotUTF8IsLocated(value: String) async throws {
        // The second row completes what the first leaves open, so that their bytes together are valid.
        try make("CREATE TABLE t (n); INSERT INTO t VALUES ('fine'), (\(value)), (CAST(x'a9' AS TEXT))")
        let error = try await failure(SQLiteSource(path: file))
        #expect(error?.code == .sqliteInvalidText)
        #expect(error?.location == Location(source: file, record: 2, field: "n"))
    }

    @Test func aCheckpointOfOtherSettingsIsRefused() async throws {
        try make("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        for source in [
            SQLiteSource(path: file), SQLiteSource(path: file, slice: .init(key: "id", .rows(1))),
            SQLiteSource(path: file, cursor: "id"), SQLiteSource(path: file, query: "SELECT * FROM t"),
        ] {
            #expect(try await failure(source, since: Checkpoint(["line": 7]))?.code == .sqliteCheckpoint)
        }
    }

    @Test func aBadQueryIsShown() async throws {
        let error = try await failure(SQLiteSource(path: folder.path + "/new.db", query: "SELECT 1"))
        #expect(error?.code == .sqliteCannotOpen)
        try make("CREATE TABLE t (a)")
        #expect(try await failure(SQLiteSource(path: file, query: "SELEC 1"))?.code == .sqliteStatement)
        #expect(try await failure(SQLiteSource(path: file, query: "SELECT a, a FROM t"))?.code == .sqliteColumnClash)
        #expect(
            try await failure(SQLiteSource(path: file, query: "SELECT 1); DROP TABLE t; --"))?.code == .sqliteStatement)
    }

    @Test func valuesOfAllTypesInOneColumnAreKept() async throws {
        try make(
            """
            CREATE TABLE t (n INTEGER, m, b BLOB, d, yes BOOLEAN);
            INSERT INTO t VALUES (1, NULL, x'00ff', 9007199254740993, 1), (2, 1, NULL, 0.1, 0), ('three "3"', 2.5, x'', 9e999, 2);
            """)
        let stream = try await SQLiteSource(path: file).streams()[0]
        let records = try await StreamReading(stream).records().map { JSONValue.object($0).description }
        #expect(
            records == [
                #"{"n":1,"m":null,"b":"00ff","d":9007199254740993,"yes":1}"#,
                #"{"n":2,"m":1.0,"b":null,"d":0.1,"yes":0}"#,
                #"{"n":"three \"3\"","m":2.5,"b":"","d":9e999,"yes":2}"#,
            ])
        #expect(stream.description.schema?["yes"]?.type == .integer)
    }

    @Test func aLockedDestinationEndsInAClearErrorAndLeavesNothing() async throws {
        try make("CREATE TABLE t (v INTEGER)")
        let holder = try Database(path: file, access: .create)
        try holder.execute("BEGIN IMMEDIATE")
        let writer = try await SQLiteDestination(path: file, busyTimeout: .milliseconds(20))
            .open(DestinationStream("t", checkpointID: "x"))
        let prepared = try await one(writer)
        let error = await #expect(throws: CartloadError.self) { try await writer.write(prepared) }
        #expect(error?.code == .sqliteLocked)
        try holder.execute("COMMIT")
        try await writer.write(prepared)
        _ = try await writer.commit(Commit(sequence: 1, checkpoint: Checkpoint(nil)))
        try await writer.close()
        #expect(try Database(path: file, access: .readOnly).integer("SELECT count(*) FROM t") == 1)
    }

    @Test func aReaderInTheWayOfACommitEndsInAClearError() async throws {
        try make("CREATE TABLE t (v INTEGER); INSERT INTO t VALUES (0)")
        let reader = try Database(path: file, access: .readOnly)
        try reader.execute("BEGIN")
        _ = try reader.integer("SELECT v FROM t")
        let writer = try await SQLiteDestination(path: file, busyTimeout: .milliseconds(20))
            .open(DestinationStream("t", checkpointID: "x"))
        try await writer.write(try await one(writer))
        let error = await #expect(throws: CartloadError.self) {
            try await writer.commit(Commit(sequence: 1, checkpoint: Checkpoint(nil)))
        }
        #expect(error?.code == .sqliteLocked)
        try await writer.close()
        #expect(try Database(path: file, access: .readOnly).integer("SELECT count(*) FROM t") == 1)
    }

    @Test func aFullDiskKeepsWhatWasCommitted() async throws {
        let mount = folder.path + "/small"
        mkdir(mount, 0o755)
        guard Glibc.mount("none", mount, "tmpfs", 0, "size=256k") == 0 else { return }  // not permitted here
        defer { umount(mount) }
        let path = mount + "/test.db"
        let writer = try await SQLiteDestination(path: path).open(DestinationStream("t", checkpointID: "x"))
        try await writer.write(try await one(writer))
        _ = try await writer.commit(Commit(sequence: 1, checkpoint: Checkpoint(nil)))
        let error = await #expect(throws: CartloadError.self) {
            for _ in 0..<100 { try await writer.write(try await one(writer, String(repeating: "x", count: 50_000))) }
            _ = try await writer.commit(Commit(sequence: 2, checkpoint: Checkpoint(nil)))
        }
        #expect(error?.code == .sqliteDiskFull)
        #expect(error?.location.source == path)
        try await writer.close()
        let database = try Database(path: path, access: .readOnly)
        #expect(try database.integer("SELECT count(*) FROM t") == 1)
        #expect(try database.integer("SELECT sequence FROM _cartload_checkpoints") == 1)
    }

    @Test func writersOfOneFileTakeTurns() async throws {
        let file = file
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Opened before anyone writes: with no busy timeout, opening would meet the other one's commit.
            var writers: [any DestinationWriter] = []
            for number in 0..<2 {
                writers.append(
                    try await SQLiteDestination(path: file, busyTimeout: .milliseconds(0))
                        .open(DestinationStream("t\(number)", checkpointID: "x")))
            }
            for writer in writers {
                group.addTask {
                    for sequence in 1...20 {
                        try await writer.write(try await one(writer))
                        _ = try await writer.commit(Commit(sequence: sequence, checkpoint: Checkpoint(nil)))
                    }
                    try await writer.close()
                }
            }
            try await group.waitForAll()
        }
        #expect(try Database(path: file, access: .readOnly).integer("SELECT count(*) FROM t1") == 20)
    }

    @Test(arguments: [
        ("sqlite:file.db#table", #"{"path":"file.db","table":"table"}"#), ("sqlite:file.db", #"{"path":"file.db"}"#),
        ("sqlite:///abs/a#b.db#t", #"{"path":"/abs/a#b.db","table":"t"}"#), ("file.db", ""),
    ])
    func anEndpointSetsPathAndTable(endpoint: String, settings: String) {
        #expect(Connector.sqlite.endpoint?(endpoint).map { JSONValue.object($0).description } ?? "" == settings)
    }

    @Test func settingsReachBothEnds() throws {
        let source = try SQLiteSource(
            Configuration(
                JSONObject([("path", "a.db"), ("table", ["t", "u"]), ("slice", ["key": "id", "rows": 5])]),
                settings: SQLiteSource.settings))
        #expect(source.tables == ["t", "u"])
        #expect(source.slice == .init(key: "id", .rows(5)))
        let destination = try SQLiteDestination(
            Configuration(
                JSONObject([("path", "a.db"), ("load", "upsert"), ("keys", "id"), ("busy_timeout", 0.5)]),
                settings: SQLiteDestination.settings))
        #expect(destination.load == .upsert)
        #expect(destination.keys == ["id"])
        #expect(destination.busyTimeout == .milliseconds(500))
    }
}

/// One record, prepared.
private func one(_ writer: any DestinationWriter, _ text: String? = nil) async throws -> PreparedBatch {
    let column = text.map { Column(.string, text: [$0]) } ?? Column(integers: [1])
    let name = text == nil ? "v" : "w"
    var diagnostics = Diagnostics()
    return try writer.prepare(
        RecordBatch(.columns(Columns(schema: Schema([Field(name, column.type)]), columns: [column], count: 1))),
        &diagnostics)
}

// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSQLite
import CartloadTesting
import SQLiteDatabase
import TestSupport
import Testing

@Suite struct ContractTests {
    let folder: TemporaryFolder
    var file: String { folder.path + "/test.db" }

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: SQLiteDestination.Load.allCases, ["DELETE", "WAL"])
    func theDestinationKeepsTheContract(load: SQLiteDestination.Load, journal: String) async throws {
        let file = file
        try Database(path: file, access: .create).execute("PRAGMA journal_mode = \(journal)")
        try await DestinationContract(isUpsert: load == .upsert, showsEveryCommit: load != .overwrite) {
            SQLiteDestination(path: file, load: load)
        } contents: { stream in
            try await read(file, stream)
        }.run()
    }

    @Test func thePairInMemoryKeepsTheContracts() async throws {
        for isUpsert in [false, true] {
            let destination = MemoryDestination(isUpsert: isUpsert)
            try await DestinationContract(isUpsert: isUpsert) {
                destination
            } contents: {
                destination.records(of: $0)
            }
            .run()
        }
        let batches = (0..<5).map { number in
            RecordBatch(.rows(Rows((0..<number).map { "{\"batch\":\(number),\"row\":\($0)}" })))
        }
        try await SourceContract(MemorySource("numbers", batches)).run()
    }

    @Test(arguments: [
        SQLiteSource(path: ""), SQLiteSource(path: "", tables: ["EVENTS"]),
        SQLiteSource(path: "", tables: ["events"], slice: .init(key: "id", .ranges(7))),
        SQLiteSource(path: "", tables: ["events"], slice: .init(key: "ID", .rows(13))),
        SQLiteSource(path: "", tables: ["events"], slice: .init(key: "id", .ranges(1))),
        SQLiteSource(path: "", tables: ["events"], slice: .init(key: "id", .ranges(100_000))),
        SQLiteSource(path: "", query: "SELECT * FROM events ORDER BY id; ", queryName: "events"),
        SQLiteSource(path: "", query: "SELECT id, ts, name FROM events -- all", queryName: "q", cursor: "id"),
    ])
    func theSourceKeepsTheContract(source: SQLiteSource) async throws {
        var source = source
        source.path = file
        try fill(file)
        let expected = source.queryName == "q" ? [:] : ["events": try await read(file, "events")]
        #expect(source.queryName == "q" || expected["events"]?.count == 200)
        try await SourceContract(source, expected: expected).run()
    }

    @Test(arguments: ["ts", "tied", "real"])
    func aCursorLosesAndRepeatsNothing(column: String) async throws {
        try fill(file)
        let source = SQLiteSource(path: file, tables: ["events"], cursor: column)
        try await SourceContract(source).run()
        let streams = try await source.streams()
        #expect(try await StreamReading(streams[0]).records().count == 200)
    }

    @Test func slicesOfTiedKeysKeepThemTogether() async throws {
        try fill(file)
        for size in [SQLiteSource.Slice.Size.rows(3), .ranges(4), .rows(1000)] {
            let source = SQLiteSource(path: file, tables: ["events"], slice: .init(key: "tied", size))
            try await SourceContract(source).run()
            let streams = try await source.streams()
            #expect(try await StreamReading(streams[0]).records().count == 200)
        }
    }

    @Test func whatIsWrittenIsRead() async throws {
        let file = file
        try fill(file)
        let stream = try await SQLiteSource(path: file, tables: ["events"]).streams()[0]
        let copy = folder.path + "/copy.db"
        let writer = try await SQLiteDestination(path: copy).open(
            DestinationStream("events", schema: stream.description.schema, checkpointID: "copy"))
        for element in try await StreamReading(stream, blockSize: 500).elements {
            guard case .records(let batch, _, _, _) = element else { continue }
            var diagnostics = Diagnostics()
            try await writer.write(try writer.prepare(batch, &diagnostics))
            #expect(diagnostics.isEmpty)
        }
        _ = try await writer.commit(Commit(sequence: 1, checkpoint: Checkpoint(nil), isLast: true))
        try await writer.close()
        #expect(try await read(copy, "events") == read(file, "events"))
    }
}

/// 200 rows with ties, nulls, text with quotes and line ends, and integers that no floating-point number holds.
private func fill(_ file: String) throws {
    try Database(path: file, access: .create).execute(
        """
        CREATE TABLE events (id INTEGER PRIMARY KEY, ts TEXT, tied INTEGER, real REAL, name TEXT, active BOOLEAN, big INTEGER);
        WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 200)
        INSERT INTO events SELECT v * 3, '2026-01-' || printf('%02d', v / 9), v / 7, v / 4 / 3.0,
            iif(v % 5 = 0, NULL, 'näme "' || v || '"' || char(10)), v % 2, 9007199254740993 + v FROM n;
        """)
}

func read(_ file: String, _ table: String) async throws -> [JSONObject] {
    let source = SQLiteSource(path: file)
    for stream in try await source.streams() where stream.description.name == table {
        return try await StreamReading(stream).records()
    }
    return []
}

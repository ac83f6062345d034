// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadSQLite
import CartloadTesting
import SQLiteDatabase
import TestSupport
import Testing

@Suite struct WindowTests {
    let folder: TemporaryFolder
    var file: String { folder.path + "/test.db" }

    init() throws { folder = try TemporaryFolder() }

    private func execute(_ sql: String) throws { try Database(path: file, access: .create).execute(sql) }

    private func source(
        _ size: SQLiteSource.Window.Size, cursor: String = "at", now: String = "2024-03-06T00:00:00Z",
        zone: TimeZoneRules = .utc, lookback: Duration = .zero, lag: Duration = .zero
    ) throws -> SQLiteSource {
        var source = SQLiteSource(
            path: file, tables: ["events"], cursor: cursor,
            window: SQLiteSource.Window(size, zone: zone, lookback: lookback, lag: lag))
        let instant = try #require(Instant(now))
        source.now = { instant }
        return source
    }

    private func stream(_ source: SQLiteSource) async throws -> any ComposableStream {
        try #require(try await source.streams().first as? any ComposableStream)
    }

    /// Reads as an engine does, and says where the stream is then.
    private func run(
        _ source: SQLiteSource, since checkpoint: Checkpoint? = nil
    ) async throws -> (ids: [Int?], batches: [BatchDescription], checkpoint: Checkpoint?) {
        let stream = try await stream(source)
        let reading = try await StreamReading(stream, since: checkpoint)
        var reached = reading.start
        for batch in reading.batches { reached = try stream.checkpoint(after: batch, since: reached) }
        return (try reading.records().map { $0["id"]?.intValue }, reading.batches, reached)
    }

    private func fill(_ form: String, count: Int = 60, minutes: Int = 50) throws {
        try execute(
            """
            CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT, number INTEGER, note TEXT);
            CREATE INDEX events_at ON events (at);
            WITH RECURSIVE n(v) AS (SELECT 0 UNION ALL SELECT v + 1 FROM n LIMIT \(count))
            INSERT INTO events SELECT v + 1, strftime('\(form)', '2024-03-01 00:03:04', (v / 2 * \(minutes)) || ' minutes'),
                v / 3 * 2 - 20, printf('row %d', v) FROM n;
            """)
    }

    // MARK: The contract

    @Test(arguments: ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%f"])
    func `windows of time keep the contract in every form`(form: String) async throws {
        try fill(form)
        let berlin = try TimeZoneRules("Europe/Berlin")
        let kolkata = try TimeZoneRules("Asia/Kolkata")
        for (step, zone) in [(TimeStep.day, TimeZoneRules.utc), (.day, berlin), (.hour, .utc), (.hour, kolkata)] {
            let source = try source(.time(step), now: "2024-03-03T00:00:00Z", zone: zone)
            try await SourceContract(source).run()
            #expect(try await run(source).ids == Array(1...60), "\(step), \(zone.name)")
        }
    }

    @Test func `months are windows too`() async throws {
        try fill("%Y-%m-%d %H:%M:%S", minutes: 3500)
        let reading = try await run(source(.time(.month), now: "2024-05-31T00:00:00Z"))
        #expect(reading.ids.count < 60 && reading.ids == Array(1...reading.ids.count))
        #expect(reading.batches.map { $0["to"]?.stringValue } == ["2024-04-01T00:00:00Z", "2024-05-01T00:00:00Z"])
    }

    @Test(arguments: [1, 7, 1000] as [Int64]) func `windows of whole numbers keep the contract`(width: Int64)
        async throws
    {
        try fill("%Y-%m-%d")
        let source = try source(.integers(width), cursor: "number")
        try await SourceContract(source).run()
        #expect(try await run(source).ids == Array(1...60))
    }

    @Test func `a query without rowids keeps the contract`() async throws {
        try fill("%Y-%m-%dT%H:%M:%SZ")
        var source = try source(.time(.day))
        source.tables = []
        source.query = "SELECT * FROM events"
        try await SourceContract(source).run()
        #expect(try await run(source).ids == Array(1...60))
    }

    @Test func `all numbers of 64 bits are in a window`() async throws {
        try execute(
            """
            CREATE TABLE events (id INTEGER PRIMARY KEY, at INTEGER);
            INSERT INTO events VALUES (1, -9223372036854775808), (2, -1), (3, 0), (4, 9223372036854775807);
            """)
        #expect(try await run(source(.integers(.max))).ids == [1, 2, 3, 4])
    }

    // MARK: Checkpoints

    @Test func `a checkpoint is the end of a window and empty windows are among them`() async throws {
        try execute(
            """
            CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT);
            INSERT INTO events VALUES (1, '2024-03-01T05:00:00Z'), (2, '2024-03-04T05:00:00Z');
            """)
        let first = try await run(source(.time(.day), now: "2024-03-07T12:00:00Z"))
        #expect(first.ids == [1, 2])
        #expect(first.batches.map { $0["to"]?.stringValue } == (2...7).map { "2024-03-0\($0)T00:00:00Z" })
        #expect(first.checkpoint?.value["at"] == "2024-03-07T00:00:00Z")
        // Nothing came, and nothing is asked again.
        #expect(
            try await run(source(.time(.day), now: "2024-03-07T23:00:00Z"), since: first.checkpoint).batches.isEmpty)
        let later = try await run(source(.time(.day), now: "2024-03-09T01:00:00Z"), since: first.checkpoint)
        #expect(later.batches.count == 2 && later.ids.isEmpty)
    }

    @Test func `a window that has not ended, or not for as long as the lag, waits`() async throws {
        try execute(
            """
            CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT);
            INSERT INTO events VALUES (1, '2024-03-01T05:00:00Z'), (2, '2024-03-01T06:30:00Z');
            """)
        let lag = Duration.seconds(600)
        let first = try await run(source(.time(.hour), now: "2024-03-01T07:09:59Z", lag: lag))
        #expect(first.ids == [1])
        let second = try await run(source(.time(.hour), now: "2024-03-01T07:10:00Z", lag: lag), since: first.checkpoint)
        #expect(second.ids == [2])
    }

    @Test func `rows that come late are read within the lookback and not beyond`() async throws {
        try execute(
            "CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT); INSERT INTO events VALUES (1, '2024-03-01T00:30:00Z')"
        )
        let lookback = Duration.seconds(2 * 3600)
        let first = try await run(source(.time(.hour), now: "2024-03-01T10:00:00Z", lookback: lookback))
        #expect(first.ids == [1])
        try execute("INSERT INTO events VALUES (2, '2024-03-01T08:15:00Z'), (3, '2024-03-01T06:00:00Z')")
        let second = try await run(
            source(.time(.hour), now: "2024-03-01T11:00:00Z", lookback: lookback), since: first.checkpoint)
        #expect(second.ids == [2])
    }

    @Test func `a table without rows begins when it has some`() async throws {
        try execute("CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT)")
        let empty = try await run(source(.time(.day)))
        #expect(empty.batches.isEmpty)
        try execute("INSERT INTO events VALUES (1, '2020-03-01T00:30:00Z')")
        #expect(try await run(source(.time(.month)), since: empty.checkpoint).ids == [1])
    }

    @Test func `numbers that come later are read from where the last window ended`() async throws {
        try execute(
            "CREATE TABLE events (id INTEGER PRIMARY KEY, at INTEGER); INSERT INTO events VALUES (1, 5), (2, 17)")
        let first = try await run(source(.integers(10)))
        #expect(first.ids == [1, 2] && first.batches.count == 2)
        try execute("DELETE FROM events WHERE id = 1; INSERT INTO events VALUES (3, 18), (4, 40)")
        #expect(try await run(source(.integers(10)), since: first.checkpoint).ids == [3, 4])
    }

    // MARK: Values that fit no window

    @Test(arguments: [
        ("NULL", "null"), ("'yesterday'", "yesterday"), ("'2024-13-45'", "2024-13-45"), ("''", "\"\""),
        ("1709251200", "1709251200"), ("'20240305T0600Z'", "20240305T0600Z"), ("x'00'", "a blob"),
        ("'2024-03-02 00:30'", "does not sort"), ("'2024-03-05T01:00:00+02:00'", "does not sort"),
    ]) func `a value that is no time names its table, column and row`(value: String, part: String) async throws {
        try fill("%Y-%m-%dT%H:%M:%SZ")
        try execute("UPDATE events SET at = \(value) WHERE id = 37")
        let error = await #expect(throws: CartloadError.self) { try await run(source(.time(.hour))) }
        #expect(error?.code.rawValue == "sqlite.cursor")
        let message = error?.message ?? ""
        #expect(message.contains("\"events\"") && message.contains("\"at\"") && message.contains("row "), "\(message)")
        // Where two forms are mixed, either may be called the wrong one.
        #expect(message.contains("row 37") || value.contains(" "), "\(message)")
        #expect(message.contains(part), "\(message)")
    }

    @Test(arguments: ["NULL", "'7x'", "7.5", "x'00'", "-1000.5"])
    func `a value that is no whole number names its table, column and row`(value: String) async throws {
        try fill("%Y-%m-%d")
        try execute("UPDATE events SET number = \(value) WHERE id = 37")
        let error = await #expect(throws: CartloadError.self) { try await run(source(.integers(7), cursor: "number")) }
        let message = error?.message ?? ""
        #expect(error?.code.rawValue == "sqlite.cursor")
        #expect(
            message.contains("\"events\"") && message.contains("\"number\"") && message.contains("row 37"), "\(message)"
        )
    }

    // MARK: Settings

    @Test(
        arguments: [
            ("day", nil, true), ("6 hours", "Europe/Berlin", true), (100, nil, true), (0, nil, false),
            ("fortnight", nil, false),
            (100, "UTC", false), (nil, "UTC", false), ("day", "Mars/Olympus", false),
        ] as [(JSONValue?, String?, Bool)]) func `settings that contradict each other are errors`(
            window: JSONValue?, zone: String?, isRight: Bool
        ) throws
    {
        var cursor = JSONObject([("column", "at")])
        if let window { cursor["window"] = window }
        if let zone { cursor["zone"] = .string(zone) }
        let settings = JSONObject([("path", "x.db"), ("cursor", .object(cursor))])
        func make() throws -> SQLiteSource {
            try SQLiteSource(Configuration(settings, settings: SQLiteSource.settings, path: "source.sqlite"))
        }
        if isRight {
            #expect(try make().window != nil)
        } else {
            #expect(throws: CartloadError.self) { try make() }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFormats
import CartloadSQLite
import CartloadSinger
import CartloadTesting
import SQLiteDatabase
import TestSupport
import Testing

/// Every message that is written, byte for byte, in each dialect and mode.
@Suite struct MessageGoldenTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.make("out")
        try Database(path: folder.path + "/a.db", access: .create).execute(
            """
            CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, amount REAL, at DATETIME);
            INSERT INTO users VALUES (1, 'José', 1.5, '2026-01-01T00:00:00Z'), (2, 'a,"b"', NULL, '2026-01-02T00:00:00Z'),
                (3, NULL, -0.25, '2026-01-03T00:00:00Z'), (4, '', 1e10, '2026-01-04T00:00:00Z'),
                (5, '😀', 3, '2026-01-05T00:00:00Z');
            CREATE TABLE orders (n INTEGER, text TEXT);
            INSERT INTO orders VALUES (1, 'x');
            """)
    }

    /// The text with the folder's name left out, and the contents of the files that it names after it.
    private func expect(_ text: String, is name: String) throws {
        var text = text
        for line in text.split(separator: "\n") {
            let message = try JSONValue(parsing: String(line))
            for file in (message["manifest"]?.arrayValue ?? []).compactMap(\.stringValue) {
                text += "--- \(file)\n" + (try BatchContents.text(file))
            }
        }
        let parts = text.split(separator: folder.path, omittingEmptySubsequences: false)
        Golden.expect(parts.joined(separator: "FOLDER"), is: name)
    }

    private var source: SQLiteSource { SQLiteSource(path: folder.path + "/a.db") }

    struct Mode: Sendable, CustomTestStringConvertible {
        let name: String
        let settings: [String: JSONValue]
        var batches: [String: JSONValue]?

        var testDescription: String { name }

        init(_ name: String, _ settings: [String: JSONValue] = [:], batches: [String: JSONValue]? = nil) {
            self.name = name
            self.settings = settings
            self.batches = batches
        }
    }

    static let modes = [
        Mode("tap-record"), Mode("tap-record-ascii", ["ensure_ascii": true]),
        Mode("tap-record-versions", ["emit_activate_version_messages": true, "state_interval": 2]),
        Mode("tap-record-processors", ["processors": [["hash": ["fields": ["name"]]], ["drop": ["at"]]]]),
        Mode("tap-batch-sdk", batches: ["batch_size": 2]),
        Mode("tap-batch-proposal", batches: ["batch_size": 2, "dialect": "proposal"]),
        Mode("tap-batch-gzip", batches: ["encoding": ["format": "jsonl", "compression": "gzip"]]),
        Mode("tap-batch-csv", batches: ["encoding": ["format": "csv", "delimiter": ";"], "batch_size": 3]),
        Mode("tap-batch-ascii", ["ensure_ascii": true], batches: ["batch_size": 10]),
        Mode("tap-batch-versions", ["emit_activate_version_messages": true], batches: ["batch_size": 10]),
    ]

    @Test(arguments: modes)
    func whatATapSends(mode: Mode) async throws {
        var settings = JSONObject(mode.settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        if let batches = mode.batches {
            var values = JSONObject(batches.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
            values["storage"] = ["root": .string(folder.path + "/out"), "prefix": "p-"]
            settings["batch_config"] = .object(values)
        }
        var trial = try TapTrial(.object(settings))
        // One block each, so that states stand where they always do.
        trial.catalog = try await Catalog.discovered(from: source)
        if mode.name.contains("processors") { trial.catalog?.streams.removeAll { $0.stream == "orders" } }
        #expect(await trial.run(source) == nil)
        try expect(trial.text, is: mode.name + ".jsonl")
    }

    @Test func whatAnIncrementalTapSendsAndGoesOnWith() async throws {
        var trial = TapTrial()
        trial.catalog = try TapReplicationTests.catalog("INCREMENTAL", "at")
        trial.options.stateInterval = 2
        #expect(await trial.run(source) == nil)
        try expect(trial.text, is: "tap-incremental.jsonl")
        var second = TapTrial()
        second.catalog = trial.catalog
        second.state = try #require(trial.states.last)
        #expect(await second.run(source) == nil)
        try expect(second.text, is: "tap-incremental-again.jsonl")
    }

    @Test func whatDiscoveryFinds() async throws {
        try expect(try await Catalog.discovered(from: source).json.description + "\n", is: "catalog.json")
    }

    static let input =
        Message.users + Message.record("users", 1, #","name":"é""#, #","time_extracted":"2026-01-01T00:00:00Z""#)
        + Message.schema("orders") + Message.record("orders", 7, "", #","version":3"#) + Message.state(1)
        + Message.record("users", 2) + Message.activate("orders", 3) + Message.state(2)

    @Test(
        arguments: [
            ("pack-jsonl", [:], ["format": "jsonl", "compression": "none"]),
            ("pack-csv", ["dialect": "proposal"], ["format": "csv"]),
            ("pack-ascii-zstd", ["ensure_ascii": true, "batch_size": 1], ["compression": "zstd"]),
        ] as [(String, [String: JSONValue], JSONValue)])
    func whatAPackerSends(name: String, settings: [String: JSONValue], encoding: JSONValue) async throws {
        let trial = FilterTrial()
        #expect(
            await trial.pack(Self.input, try PackOptions(in: folder.path + "/out", settings, encoding: encoding)) == nil
        )
        try expect(trial.text, is: name + ".jsonl")
    }

    @Test(arguments: ["sdk", "proposal", "tails"])
    func whatAnUnpackerSends(dialect: String) async throws {
        try folder.write("raw.jsonl", "{\"id\":1}\n{\"id\":2,\"name\":\"é\"}\n")
        try folder.write("wrapped.jsonl", Message.record("users", 1) + Message.record("users", 2))
        let batch =
            switch dialect {
            case "sdk":
                #"{"type":"BATCH","stream":"users","encoding":{"format":"jsonl","compression":null},"manifest":["file://\#(folder.path)/raw.jsonl"]}"#
            case "proposal":
                #"{"type":"BATCH","stream":"users","format":{"name":"jsonl"},"compression":{"name":null,"enabled":false},"size":2,"time_extracted":"2026-01-01T00:00:00Z","manifest":[{"url":"file://\#(folder.path)/raw.jsonl"}]}"#
            default:
                #"{"type":"BATCH","stream":"users","filepath":"\#(folder.path)/wrapped.jsonl","format":"jsonl","batch_size":2}"#
            }
        let trial = FilterTrial()
        var options = UnpackRun.Options()
        options.files.access = try BatchFileAccess(roots: [folder.path])
        #expect(await trial.unpack(Message.users + batch + "\n" + Message.state(1), options) == nil)
        try expect(trial.text, is: "unpack-\(dialect).jsonl")
    }

    @Test func whatATargetSends() async throws {
        var trial = TargetTrial()
        trial.options.drain.records = 1
        trial.options.blockSize = 64
        #expect(await trial.run(Self.input, into: WatchedDestination(trial.log)) == nil)
        Golden.expect(trial.states.map { $0 + "\n" }.joined(), is: "target-states.jsonl")
    }

    @Test func theMetricsOfATap() async throws {
        let trial = TapTrial()
        #expect(await trial.run(source) == nil)
        Golden.expect(trial.log.all("metric").map { $0 + "\n" }.joined(), is: "tap-metrics.jsonl")
    }
}

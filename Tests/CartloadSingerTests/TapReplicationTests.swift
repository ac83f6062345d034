// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFiles
import CartloadFlow
import CartloadSQLite
import CartloadSinger
import SQLiteDatabase
import TestSupport
import Testing

/// What a tap's states say, and what a later run does with them.
@Suite struct TapReplicationTests {
    let folder: TemporaryFolder
    var database: String { folder.path + "/a.db" }
    var file: String { folder.path + "/users.jsonl" }

    init() throws { folder = try TemporaryFolder() }

    private func execute(_ sql: String) throws { try Database(path: database, access: .create).execute(sql) }

    private func fill(_ ids: ClosedRange<Int>) throws {
        try execute(
            """
            CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, at TEXT, x REAL);
            WITH RECURSIVE n(i) AS (SELECT \(ids.lowerBound) UNION ALL SELECT i + 1 FROM n WHERE i < \(ids.upperBound))
            INSERT INTO users SELECT i, printf('2026-01-%02d', i / 3 + 1), i + 0.5 FROM n
            """)
    }

    static func catalog(_ method: String, _ key: String? = nil) throws -> Catalog {
        let named = key.map { #","replication-key":"\#($0)""# } ?? ""
        return try Catalog(
            JSONValue(
                parsing: """
                    {"streams":[{"tap_stream_id":"users","schema":{"type":"object","properties":{"id":{"type":"integer"},
                    "at":{"type":["string","null"]},"x":{"type":["number","null"]}}},"metadata":[{"breadcrumb":[],
                    "metadata":{"selected":true,"table-key-properties":["id"],"replication-method":"\(method)"\(named)}}]}]}
                    """))
    }

    /// A run that stops itself once an id has been sent.
    private func interrupted(_ trial: TapTrial, _ source: any Source, after id: Int) async -> CartloadError? {
        let (stop, log) = (trial.stop, trial.log)
        return await trial.run(
            source,
            output: LineOutput { buffer in
                for line in String(decoding: buffer, as: UTF8.self).split(separator: "\n") {
                    log.note("out \(line)")
                    if line.contains("\"id\":\(id),") { stop.request() }
                }
            })
    }

    // MARK: FULL_TABLE

    @Test func aFullTableThatIsCompleteHasAnEmptyBookmarkAndIsReadAgain() async throws {
        try fill(1...50)
        var trial = TapTrial()
        trial.catalog = try Self.catalog("FULL_TABLE")
        trial.options.stateInterval = 20
        #expect(await trial.run(SQLiteSource(path: database)) == nil)
        #expect(try trial.ids() == Array(1...50))
        #expect(trial.states.last == #"{"bookmarks":{"users":{}}}"#.parsed)
        // On the way there is a checkpoint.
        #expect(trial.states.first?["bookmarks"]?["users"]?["checkpoint"]?.stringValue != nil)
        var second = TapTrial()
        second.catalog = trial.catalog
        second.state = try #require(trial.states.last)
        #expect(await second.run(SQLiteSource(path: database)) == nil)
        #expect(try second.ids() == Array(1...50))
    }

    @Test func aFullTableThatWasInterruptedGoesOn() async throws {
        try fill(1...90)
        var first = TapTrial()
        first.catalog = try Self.catalog("FULL_TABLE")
        first.options.stateInterval = 10
        first.options.blockSize = 512
        _ = await interrupted(first, SQLiteSource(path: database), after: 31)
        let state = try #require(first.states.last)
        let seen = try first.ids()
        #expect(seen.count >= 31 && seen.count < 90 && first.meter.snapshot.isStopped)
        var second = TapTrial()
        second.catalog = first.catalog
        second.state = state
        #expect(await second.run(SQLiteSource(path: database)) == nil)
        // Up to the state, and then from it: everything once.
        #expect(try idsBeforeLastState(first) + second.ids() == Array(1...90))
        #expect(second.states.last == #"{"bookmarks":{"users":{}}}"#.parsed)
    }

    /// The ids of the records before the last state: those that a target would have made durable.
    private func idsBeforeLastState(_ trial: TapTrial) throws -> [Int] {
        let messages = try trial.lines.map { try JSONValue(parsing: $0) }
        let last = messages.lastIndex { $0["type"] == "STATE" } ?? 0
        return messages[..<last].compactMap { $0["record"]?["id"]?.intValue }
    }

    // MARK: INCREMENTAL, in order

    @Test(arguments: ["at", "id", "x"])
    func aSortedStreamIsReadOnFromWhereItWas(key: String) async throws {
        try fill(1...40)
        var first = TapTrial()
        first.catalog = try Self.catalog("INCREMENTAL", key)
        #expect(await first.run(SQLiteSource(path: database)) == nil)
        #expect(try first.ids() == Array(1...40))
        let state = try #require(first.states.last)
        #expect(state["bookmarks"]?["users"]?["replication_key"] == .string(key))
        #expect(
            state["bookmarks"]?["users"]?["replication_key_value"]
                == ["at": "2026-01-14", "id": 40, "x": "40.5"][key])
        try fill(41...55)
        var second = TapTrial()
        second.catalog = first.catalog
        second.state = state
        #expect(await second.run(SQLiteSource(path: database)) == nil)
        #expect(try second.ids() == Array(41...55))
        // And with nothing new.
        var third = TapTrial()
        third.catalog = first.catalog
        third.state = try #require(second.states.last)
        #expect(await third.run(SQLiteSource(path: database)) == nil)
        #expect(try third.ids() == [])
        #expect(third.states.last == third.state)
    }

    @Test func aSortedStreamThatWasInterruptedGoesOn() async throws {
        try fill(1...90)
        var first = TapTrial()
        first.catalog = try Self.catalog("INCREMENTAL", "at")
        first.options.stateInterval = 7
        first.options.blockSize = 256
        _ = await interrupted(first, SQLiteSource(path: database), after: 40)
        var second = TapTrial()
        second.catalog = first.catalog
        second.state = try #require(first.states.last)
        #expect(await second.run(SQLiteSource(path: database)) == nil)
        #expect(try idsBeforeLastState(first) + second.ids() == Array(1...90))
    }

    /// Other taps of the same table know no checkpoint, only the value; their bound is inclusive.
    @Test(arguments: [
        #"{"replication_key":"at","replication_key_value":"2026-01-14"}"#,
        #"{"replication_key":"at","replication_key_value":"2026-01-14","replication_key_signpost":"2026-02-01"}"#,
        #"{"replication_key":"at","replication_key_value":"2026-01-14","checkpoint":null}"#,
    ])
    func aStateOfTheSDKIsGoneOnWith(bookmark: String) async throws {
        try fill(1...45)
        var trial = TapTrial()
        trial.catalog = try Self.catalog("INCREMENTAL", "at")
        trial.state = #"{"bookmarks":{"users":\#(bookmark)}}"#.parsed
        #expect(await trial.run(SQLiteSource(path: database)) == nil)
        #expect(try trial.ids() == Array(39...45))
        #expect(trial.warnings.all.isEmpty)
    }

    // MARK: INCREMENTAL, in any order

    private func write(_ ids: [Int]) throws {
        try folder.write(
            "users.jsonl",
            ids.map { #"{"id":\#($0),"at":"2026-01-\#($0 < 10 ? "0" : "")\#($0)","x":\#($0).5}"# + "\n" }.joined())
    }

    private var files: FilesSource { FilesSource(FilesSourceOptions(paths: [file])) }

    @Test(arguments: ["at", "id", "x"])
    func anUnsortedStreamSendsWhatIsNotOlder(key: String) async throws {
        try write([5, 3, 9, 1, 7])
        var first = TapTrial()
        first.catalog = try Self.catalog("INCREMENTAL", key)
        first.options.stateInterval = 2
        #expect(await first.run(files) == nil)
        #expect(try first.ids() == [5, 3, 9, 1, 7])
        let bookmark = try #require(first.states.last?["bookmarks"]?["users"])
        #expect(bookmark["replication_key_value"] == ["at": "2026-01-09", "id": 9, "x": "9.5"][key])
        #expect(bookmark["progress_markers"] == nil && bookmark["checkpoint"] == nil)
        // Before the end nobody may resume: the value is that of before.
        for state in first.states.dropLast() {
            #expect(state["bookmarks"]?["users"]?["replication_key_value"] == nil)
        }
        try write([12, 8, 9, 11, 2])
        var second = TapTrial()
        second.catalog = first.catalog
        second.state = try #require(first.states.last)
        #expect(await second.run(files) == nil)
        // 9 comes again: who came late with the same value must not be lost.
        #expect(try second.ids() == [12, 9, 11])
        #expect(
            second.states.last?["bookmarks"]?["users"]?["replication_key_value"]
                == ["at": "2026-01-12", "id": 12, "x": "12.5"][key])
    }

    @Test func anUnsortedStreamThatFailedIsReadFromTheOldValue() async throws {
        try folder.write(
            "users.jsonl", #"{"id":5,"at":"2026-01-05"}"# + "\n" + #"{"id":9,"at":"2026-01-09"}"# + "\noops\n")
        var first = TapTrial()
        first.catalog = try Self.catalog("INCREMENTAL", "at")
        first.options.stateInterval = 1
        first.options.blockSize = 32
        first.state = #"{"bookmarks":{"users":{"replication_key":"at","replication_key_value":"2026-01-03"}}}"#.parsed
        #expect(await first.run(files) != nil)
        for state in first.states {
            #expect(state["bookmarks"]?["users"]?["replication_key_value"] == "2026-01-03")
        }
    }

    @Test func recordsWithoutAValueAreSent() async throws {
        try folder.write(
            "users.jsonl", #"{"id":1,"at":null}"# + "\n" + #"{"id":2}"# + "\n" + #"{"id":3,"at":"2026-01-01"}"#)
        var trial = TapTrial()
        trial.catalog = try Self.catalog("INCREMENTAL", "at")
        trial.state = #"{"bookmarks":{"users":{"replication_key":"at","replication_key_value":"2026-02-01"}}}"#.parsed
        #expect(await trial.run(files) == nil)
        #expect(try trial.ids() == [1, 2])
        // The bookmark never goes back.
        #expect(trial.states.last?["bookmarks"]?["users"]?["replication_key_value"] == "2026-02-01")
    }

    @Test func aKeyWithoutAnOrderIsRefused() async throws {
        try folder.write("users.jsonl", #"{"id":1,"at":{"x":1}}"#)
        var trial = TapTrial()
        trial.catalog = try Self.catalog("INCREMENTAL", "at")
        #expect(await trial.run(files)?.code == .singerCatalog)
    }

    // MARK: Changes

    /// The state is of another key: nothing can be told from it.
    @Test(arguments: ["INCREMENTAL", "FULL_TABLE"])
    func aChangedKeyReadsFromTheBeginning(method: String) async throws {
        try fill(1...9)
        var trial = TapTrial()
        trial.catalog = try Self.catalog(method, "id")
        trial.state = #"{"bookmarks":{"users":{"replication_key":"at","replication_key_value":"2026-01-03"}}}"#.parsed
        #expect(await trial.run(SQLiteSource(path: database)) == nil)
        #expect(try trial.ids() == Array(1...9))
        #expect(trial.warnings.all.map(\.code) == [.singerState])
    }

    @Test(arguments: [("LOG_BASED", nil), ("INCREMENTAL", nil), ("WHATEVER", "id")] as [(String, String?)])
    func aMethodThatCannotBeIsRefused(method: String, key: String?) async throws {
        try fill(1...2)
        var trial = TapTrial()
        trial.catalog = try Self.catalog(method, key)
        #expect(await trial.run(SQLiteSource(path: database))?.code == .singerCatalog)
        #expect(trial.lines == [])
    }

    @Test func aStreamThatIsNotThereIsNamedWithThoseThatAre() async throws {
        try execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        var trial = TapTrial()
        trial.catalog = try Self.catalog("FULL_TABLE")
        let error = await trial.run(SQLiteSource(path: database))
        #expect(error?.code == .singerCatalog && error?.advice == "It has: orders.")
    }

    /// No number with a fraction or exponent is in a state, whatever the key.
    @Test func statesHaveNoFractions() async throws {
        try fill(1...30)
        var trial = TapTrial()
        trial.catalog = try Self.catalog("INCREMENTAL", "x")
        trial.options.stateInterval = 4
        #expect(await trial.run(SQLiteSource(path: database)) == nil)
        func numbers(_ value: JSONValue) -> [String] {
            switch value {
            case .number(let text): [text]
            case .array(let values): values.flatMap(numbers)
            case .object(let object): object.members.flatMap { numbers($0.value) }
            default: []
            }
        }
        #expect(trial.states.count > 3)
        #expect(trial.states.flatMap(numbers).allSatisfy { Int($0) != nil })
    }

    // MARK: Versions

    @Test func versionsAreSentAndStayThroughAnInterruption() async throws {
        try fill(1...60)
        var first = TapTrial()
        first.catalog = try Self.catalog("FULL_TABLE")
        first.options.emitsVersions = true
        first.options.stateInterval = 10
        first.options.blockSize = 256
        _ = await interrupted(first, SQLiteSource(path: database), after: 21)
        let version = SteppedClock.start / 1000
        #expect(try first.messages("RECORD").allSatisfy { $0["version"] == .int(version) })
        #expect(try first.messages("ACTIVATE_VERSION") == [])
        var second = TapTrial()
        second.catalog = first.catalog
        second.options = first.options
        second.state = try #require(first.states.last)
        second.clock.advance(by: .seconds(100))
        #expect(await second.run(SQLiteSource(path: database)) == nil)
        // What was sent before is of the same version, so it is the same that is activated.
        #expect(try second.messages("ACTIVATE_VERSION").map { $0["version"] } == [.int(version)])
        let types = try second.lines.map { try JSONValue(parsing: $0)["type"]?.stringValue }
        #expect(types.suffix(2) == ["ACTIVATE_VERSION", "STATE"])
        var third = TapTrial()
        third.catalog = first.catalog
        third.options = first.options
        third.state = try #require(second.states.last)
        third.clock.advance(by: .seconds(200))
        #expect(await third.run(SQLiteSource(path: database)) == nil)
        #expect(try third.messages("ACTIVATE_VERSION").map { $0["version"] } == [.int(version + 200_000)])
    }

    @Test func anIncrementalStreamHasNoVersion() async throws {
        try fill(1...3)
        var trial = TapTrial()
        trial.catalog = try Self.catalog("INCREMENTAL", "id")
        trial.options.emitsVersions = true
        #expect(await trial.run(SQLiteSource(path: database)) == nil)
        #expect(!trial.text.contains("version"))
    }
}

extension String {
    /// The JSON that a literal holds.
    fileprivate var parsed: JSONValue { (try? JSONValue(parsing: self)) ?? "not JSON" }
}

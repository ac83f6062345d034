// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import CartloadTesting
import CartloadTrial
import Synchronization
import Testing

@Suite struct GeneratorTests {
    private static let fields: JSONValue = [
        "id": ["sequence": 10, "step": 5], "die": ["integer": [1, 6]], "price": ["number": [0.5, 9.5], "decimals": 2],
        "share": ["number": [-1, 1]], "active": ["boolean": 0.25], "country": ["choice": ["DE", "FR", "Übersee"]],
        "size": ["choice": [1, 2, 40]], "mixed": ["choice": ["a", 1, nil]], "key": ["uuid": "random"],
        "at": ["timestamp": "2024-01-01T00:00:00Z", "step": 0.5], "note": ["choice": ["x"], "nulls": 0.5],
        "total": "price * die", "label": ["expression": "country || '-' || n", "nulls": 0.1],
    ]

    private func source(_ settings: JSONValue, clock: GeneratorClock = .system) throws -> GeneratorSource {
        let role = try #require(Connector.generate.source)
        let configuration = try Configuration(settings.objectValue ?? JSONObject(), settings: role.settings)
        var source = try #require(try role.make(configuration) as? GeneratorSource)
        source.clock = clock
        return source
    }

    private func records(
        _ settings: JSONValue, since checkpoint: Checkpoint? = nil, blockSize: Int = 1 << 20
    ) async throws -> [JSONObject] {
        let stream = try await source(settings).streams()[0]
        return try await StreamReading(stream, since: checkpoint, blockSize: blockSize).records()
    }

    @Test(arguments: [nil, 100, 7, 1000] as [JSONValue?])
    func theSourceKeepsTheContract(batch: JSONValue?) async throws {
        let settings: JSONValue = ["fields": Self.fields, "records": 300, "batch": batch ?? nil]
        try await SourceContract(source(settings), blockSize: 2000).run()
    }

    @Test func valuesAreWhatTheGeneratorsSay() async throws {
        let records = try await records(["fields": Self.fields, "records": 2000])
        #expect(records.count == 2000)
        var seen: [String: Set<JSONValue>] = [:]
        for (number, record) in records.enumerated() {
            #expect(record["id"] == .int(10 + 5 * number))
            for (name, value) in record.members { seen[name, default: []].insert(value) }
            #expect((1...6).contains(try #require(record["die"]?.intValue)))
            let price = try #require(record["price"]?.doubleValue)
            #expect((0.5...9.5).contains(price) && abs((price * 100).rounded() - price * 100) < 1e-9)
            #expect((-1...1).contains(try #require(record["share"]?.doubleValue)))
            let total = try #require(record["total"]?.doubleValue)
            #expect(abs(total - price * Double(try #require(record["die"]?.intValue))) < 1e-9)
            let key = try #require(record["key"]?.stringValue)
            #expect(key.wholeMatch(of: #/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#) != nil)
            if let label = record["label"]?.stringValue {
                #expect(label == "\(record["country"]?.stringValue ?? "")-\(number + 1)")
            }
        }
        #expect(seen["die"]?.count == 6 && seen["country"]?.count == 3 && seen["size"] == [1, 2, 40])
        #expect(seen["mixed"] == ["a", 1, nil] && seen["note"] == ["x", nil] && seen["active"] == [true, false])
        #expect(seen["key"]?.count == 2000)
        #expect(records[3]["at"]?.stringValue?.hasPrefix("2024-01-01T00:00:01.5") == true)
        let active = records.count { $0["active"] == true }
        #expect((400...600).contains(active), "a quarter of 2000 is about 500, not \(active)")
    }

    @Test func theSameSeedMakesTheSameValuesWhateverTheBlocks() async throws {
        let settings: JSONValue = ["fields": Self.fields, "records": 500, "seed": 3]
        let all = try await records(settings)
        #expect(try await records(settings, blockSize: 300) == all)
        let other: JSONValue = ["fields": Self.fields, "records": 500, "seed": 4]
        let different = try await records(other)
        #expect(zip(all, different).allSatisfy { $0["key"] != $1["key"] && $0["id"] == $1["id"] })
    }

    @Test func oneMoreFieldChangesNoOther() async throws {
        let few = try await records(["fields": ["a": ["integer": [0, 1_000_000]]], "records": 50])
        let more = try await records([
            "fields": ["b": ["integer": [0, 1_000_000]], "a": ["integer": [0, 1_000_000]]], "records": 50,
        ])
        #expect(few.map { $0["a"] } == more.map { $0["a"] })
        #expect(more.contains { $0["a"] != $0["b"] })
    }

    @Test func aRunReadsAsManyAsOneMayAndTheNextGoesOn() async throws {
        let settings: JSONValue = ["fields": ["id": "n"], "records": 25, "per_run": 10]
        var checkpoint: Checkpoint?
        var runs: [[Int]] = []
        for _ in 0..<4 {
            let stream = try await source(settings).streams()[0]
            let reading = try await StreamReading(stream, since: checkpoint)
            runs.append(try reading.records().compactMap { $0["id"]?.intValue })
            checkpoint = reading.elements.last?.checkpoint ?? checkpoint
        }
        #expect(runs == [Array(1...10), Array(11...20), Array(21...25), []])
    }

    @Test func aRateLetsRecordsComeInTheirTime() async throws {
        let time = Mutex((now: Duration.zero, sleeps: 0))
        let clock = GeneratorClock(
            now: { time.withLock { $0.now } },
            sleep: { wait in
                time.withLock {
                    $0.now += wait
                    $0.sleeps += 1
                }
            })
        let stream = try await source(
            ["fields": ["id": "n"], "records": 1001, "rate": 100], clock: clock
        ).streams()[0]
        let count = try await StreamReading(stream).records().count
        #expect(count == 1001)
        // The first comes at once, the last after ten seconds.
        #expect(time.withLock { $0.now } >= .seconds(10) && time.withLock { $0.now } < .seconds(11))
        #expect(time.withLock { $0.sleeps } > 100)
    }

    @Test(
        arguments: [
            (["integer": [6, 1]], "generate.field"), (["integer": [1]], "generate.field"),
            (["choice": []], "generate.field"), (["boolean": 2], "generate.field"),
            (["number": [0, "x"]], "generate.field"), (["number": [0, 1], "decimals": 30], "generate.field"),
            (["timestamp": "yesterday"], "generate.field"), (["integer": [1, 2], "uuid": "random"], "generate.field"),
            (["integer": [1, 2], "step": 2], "generate.field"), (["sequence": 1, "nulls": 3], "generate.field"),
            (["sequence": 1, "step": 0.5], "generate.field"), (["nulls": 0.5], "generate.field"),
            ([1], "generate.field"),
            (["dice": 6], "config.unknown-field"), ("1 +", "expression.syntax"),
            ("missing + 1", "expression.unknown-field"),
            ("upper(a.b)", "generate.field"), ("CAST('x' AS INTEGER) + n", "generate.value"),
        ] as [(JSONValue, String)])
    func aFieldThatCannotBeIsRefused(field: JSONValue, code: String) async throws {
        let error = await #expect(throws: CartloadError.self) {
            _ = try await records(["fields": ["a": ["sequence": 1], "bad": field], "records": 3])
        }
        #expect(error?.code.rawValue == code, "\(String(describing: error))")
    }

    @Test(arguments: [["rate": 0], ["records": -1], ["batch": 0], ["per_run": 0], ["keys": "b"]] as [JSONValue])
    func aSettingOutOfRangeIsRefused(setting: JSONValue) throws {
        var settings = JSONObject([("fields", ["a": "n"])])
        for (name, value) in setting.objectValue?.members ?? [] { settings[name] = value }
        let error = #expect(throws: CartloadError.self) { _ = try source(.object(settings)) }
        #expect(error?.code.rawValue == "config.wrong-type")
    }

    @Test func aCheckpointOfAnotherStreamIsRefused() async throws {
        let error = await #expect(throws: CartloadError.self) {
            _ = try await records(["fields": ["a": "n"], "records": 3], since: Checkpoint(["next": 1]))
        }
        #expect(error?.code.rawValue == "batch.checkpoint")
    }
}

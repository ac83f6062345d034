// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import CartloadFlow
import CartloadTesting
import Foundation
import Synchronization
import Testing

/// What a link does with records, batchers and failures: each row is records in, pushes out.
@Suite struct LinkTests {
    private static func numbers(_ range: Range<Int>) -> [JSONObject] {
        range.map { JSONObject([("n", .int($0))]) }
    }

    private static func texts(_ groups: [[Int]]) -> [[String]] { groups.map { $0.map { "{\"n\":\($0)}" } } }

    /// A row of the table, which Tests/Interoperation/databay checks against Databay itself.
    struct Row: CustomTestStringConvertible, Sendable {
        let json: JSONValue
        var testDescription: String { json["name"]?.stringValue ?? "" }

        func names(_ member: String) -> [String] { (json[member]?.arrayValue ?? []).compactMap(\.stringValue) }
        func number(_ member: String, _ otherwise: Int) -> Int { json[member]?.intValue ?? otherwise }
        func flag(_ member: String) -> Bool { json[member] == true }
    }

    private static func rows() throws -> [Row] {
        let path = URL(filePath: #filePath).appending(path: "../../../Interoperation/databay/table.json").standardized
        let table = try JSONValue(parsing: String(contentsOf: path, encoding: .utf8))
        return (table.arrayValue ?? []).map { Row(json: $0) }
    }

    private struct Failing: Processor, Batcher {
        func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch { throw Refusal() }
        func parts(of batch: RecordBatch) throws -> [BatchPart] { throw Refusal() }
    }

    private func processor(_ name: String, _ policy: StagePolicy) throws -> any Processor {
        switch name {
        case "even": FilterProcessor(try Expression(parsing: "n % 2 = 0"))
        case "small": FilterProcessor(try Expression(parsing: "n < 3"))
        default: (Failing() as any Processor).onFailure(policy)
        }
    }

    private func batcher(_ name: String, _ policy: StagePolicy) throws -> any Batcher {
        switch name {
        case "pairs": SizeBatcher.pairs
        case "three": try SizeBatcher(records: 3)
        case "parity": try KeyBatcher(by: [Expression(parsing: "n % 2")])
        default: (Failing() as any Batcher).onFailure(policy)
        }
    }

    @Test(arguments: try rows()) func aTransferDoesWhatTheTableSays(row: Row) async throws {
        let policy: StagePolicy = row.flag("skip") ? .skip : .fail
        let failing = Set((row.json["failing_pushes"]?.arrayValue ?? []).compactMap(\.intValue))
        let pushes = (0..<row.number("outlets", 1)).map { _ in Pushes(failing: failing) }
        let inlets = (row.json["inlets"]?.arrayValue ?? []).enumerated().map { index, numbers in
            var inlet = Inlet("in\(index)") { _ in
                guard let numbers = numbers.arrayValue else { throw Refusal() }
                return numbers.map { ["n": $0] }
            }
            inlet.onFailure = policy
            return inlet
        }
        var link = Link(
            "numbers", inlets: inlets, processors: try row.names("processors").map { try processor($0, policy) },
            batchers: try row.names("batchers").map { try batcher($0, policy) },
            outlets: try pushes.enumerated().map { index, pushes in
                var outlet = pushes.outlet("out\(index)", onFailure: policy)
                outlet.processors = try row.names("outlet_processors").map { try processor($0, policy) }
                return outlet
            })
        link.tags = row.names("tags")
        let active = ActiveLink(link)
        try await active.start()
        var hasFailed = false
        for _ in 0..<row.number("transfers", 1) {
            do { try await active.transfer() } catch { hasFailed = true }
        }
        await active.shutdown()
        let wanted = (row.json["pushes"]?.arrayValue ?? []).map { batch in
            (batch.arrayValue ?? []).map { "{\"n\":\($0)}" }
        }
        for pushes in pushes {
            #expect(pushes.batches == wanted)
            if row.json["updates"] != nil { #expect(pushes.updates == row.names("updates")) }
        }
        #expect(hasFailed == row.flag("fails"))
    }

    @Test func theFirstExampleKeepsEveryRecordOfAName() async throws {
        let pushes = Pushes()
        let records: [JSONObject] = [
            ["name": "a", "value": 1], ["name": "a", "value": 2], ["name": "b", "value": 3], ["name": "b", "value": 4],
        ]
        let link = ActiveLink(
            Link(
                "names", inlets: [Inlet("in") { _ in records }], batchers: [try KeyBatcher(fields: ["name"])],
                outlets: [pushes.outlet()]))
        try await link.start()
        try await link.transfer()
        #expect(
            pushes.batches == [
                ["{\"name\":\"a\",\"value\":1}", "{\"name\":\"a\",\"value\":2}"],
                ["{\"name\":\"b\",\"value\":3}", "{\"name\":\"b\",\"value\":4}"],
            ])
    }

    @Test func transfersAreNumberedAndTagged() async throws {
        let pushes = Pushes()
        var link = Link("l", inlets: [Inlet("in") { _ in LinkTests.numbers(0..<1) }], outlets: [pushes.outlet()])
        link.tags = ["daily", "eu"]
        let store = MemoryCheckpointStore()
        for _ in 0..<2 {
            let active = ActiveLink(link, store: store)
            try await active.start()
            try await active.transfer()
            try await active.transfer()
            await active.shutdown()
        }
        #expect(pushes.updates == ["daily.eu.0", "daily.eu.1", "daily.eu.2", "daily.eu.3"])
    }

    @Test func aFailedTransferUsesItsNumber() async throws {
        let pushes = Pushes(failing: [1])
        let link = ActiveLink(
            Link("l", inlets: [Inlet("in") { _ in LinkTests.numbers(0..<1) }], outlets: [pushes.outlet()]))
        try await link.start()
        try await link.transfer()
        await #expect(throws: CartloadError.self) { try await link.transfer() }
        try await link.transfer()
        #expect(pushes.updates == ["0", "2"])
    }

    @Test func inletsArePulledAtTheSameTimeUpToALimit() async throws {
        let running = Mutex((now: 0, most: 0))
        let inlets = (0..<6).map { index in
            Inlet("in\(index)") { _ in
                running.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                }
                for _ in 0..<50 { await Task.yield() }
                running.withLock { $0.now -= 1 }
                return LinkTests.numbers(index..<index + 1)
            }
        }
        let pushes = Pushes()
        var link = Link("l", inlets: inlets, outlets: [pushes.outlet()])
        link.inletConcurrency = 3
        let active = ActiveLink(link)
        try await active.start()
        try await active.transfer()
        #expect(pushes.batches == LinkTests.texts([[0, 1, 2, 3, 4, 5]]))
        #expect(running.withLock { $0.most } <= 3)
        #expect(running.withLock { $0.most } >= 2)
    }

    @Test(arguments: OutletOrdering.allCases) func everyOutletGetsEveryBatch(ordering: OutletOrdering) async throws {
        let (first, second) = (Pushes(), Pushes())
        var link = Link(
            "l", inlets: [Inlet("in") { _ in LinkTests.numbers(0..<5) }], batchers: [SizeBatcher.pairs],
            outlets: [first.outlet("first"), second.outlet("second")])
        link.ordering = ordering
        let active = ActiveLink(link)
        try await active.start()
        try await active.transfer()
        #expect(first.batches == LinkTests.texts([[0, 1], [2, 3], [4]]))
        #expect(second.batches == first.batches)
    }

    @Test func noOutletGetsABatchBeforeAllHaveTheOneBefore() async throws {
        let events = Mutex<[String]>([])
        func outlet(_ name: String, steps: Int) -> Outlet {
            .push(name) { batch, _ in
                let first = try batch.records()[0].object["n"] ?? nil
                for _ in 0..<steps { await Task.yield() }
                events.withLock { $0.append("\(first)") }
            }
        }
        let link = ActiveLink(
            Link(
                "l", inlets: [Inlet("in") { _ in LinkTests.numbers(0..<6) }], batchers: [SizeBatcher.pairs],
                outlets: [outlet("slow", steps: 100), outlet("fast", steps: 0)]))
        try await link.start()
        try await link.transfer()
        #expect(events.withLock { $0 } == ["0", "0", "2", "2", "4", "4"])
    }

    @Test func anOutletHasProcessorsOfItsOwn() async throws {
        let (all, even) = (Pushes(), Pushes())
        var outlet = even.outlet("even")
        outlet.processors = [try FilterProcessor(Expression(parsing: "n % 2 = 0"))]
        let link = ActiveLink(
            Link(
                "l", inlets: [Inlet("in") { _ in LinkTests.numbers(0..<6) }], batchers: [try SizeBatcher(records: 3)],
                outlets: [all.outlet("all"), outlet]))
        try await link.start()
        try await link.transfer()
        #expect(all.batches == LinkTests.texts([[0, 1, 2], [3, 4, 5]]))
        #expect(even.batches == LinkTests.texts([[0, 2], [4]]))
    }

    @Test func metadataIsThereInsideAndNotOutside() async throws {
        let (plain, whole) = (Pushes(), Pushes())
        var inlet = Inlet(
            "shop",
            .pull { _, _ in
                Pull([
                    .init(RecordBatch(records: LinkTests.numbers(0..<2)), metadata: ["page": 1]),
                    .init(RecordBatch(records: LinkTests.numbers(2..<3)), metadata: ["page": 2, "inlet": "spoofed"]),
                ])
            })
        inlet.metadata = ["country": "FR"]
        var keeping = whole.outlet("whole")
        keeping.keepsMetadata = true
        var link = Link(
            "l", inlets: [inlet], batchers: [try KeyBatcher(by: [Expression(parsing: "_meta.page")])],
            outlets: [plain.outlet("plain"), keeping])
        link.metadataField = "_meta"
        let active = ActiveLink(link)
        try await active.start()
        try await active.transfer()
        #expect(plain.batches == LinkTests.texts([[0, 1], [2]]))
        #expect(
            whole.batches.last == ["{\"n\":2,\"_meta\":{\"country\":\"FR\",\"page\":2,\"inlet\":\"shop\"}}"])
    }

    @Test func aPositionMovesOnlyWhenEveryOutletHasTheBatch() async throws {
        let pushes = Pushes(failing: [1])
        let inlet = Inlet(
            "numbers",
            .pull { _, position in
                let start = position?.value["next"]?.intValue ?? 0
                return Pull(
                    RecordBatch(records: LinkTests.numbers(start..<start + 2)),
                    position: Checkpoint(["next": .int(start + 2)]))
            })
        let store = MemoryCheckpointStore()
        let link = Link("l", inlets: [inlet], outlets: [pushes.outlet()])
        var active = ActiveLink(link, store: store)
        try await active.start()
        try await active.transfer()
        await #expect(throws: CartloadError.self) { try await active.transfer() }
        await active.shutdown()
        active = ActiveLink(link, store: store)
        try await active.start()
        try await active.transfer()
        try await active.transfer()
        #expect(pushes.batches == LinkTests.texts([[0, 1], [2, 3], [4, 5]]))
    }

    @Test func nothingIsPushedAfterTheShutdown() async throws {
        let pushes = Pushes()
        let link = ActiveLink(
            Link("l", inlets: [Inlet("in") { _ in LinkTests.numbers(0..<1) }], outlets: [pushes.outlet()]))
        await #expect(throws: CartloadError.self) { try await link.transfer() }
        try await link.start()
        await link.shutdown()
        await #expect(throws: CartloadError.self) { try await link.transfer() }
        #expect(pushes.batches.isEmpty)
    }

    @Test func whatIsSharedIsStartedOnce() async throws {
        let events = Mutex<[String]>([])
        let shared = Lifecycle {
            events.withLock { $0.append("start") }
        } shutdown: {
            events.withLock { $0.append("shutdown") }
        }
        func link(_ name: String) -> ActiveLink {
            var inlet = Inlet("in") { _ in LinkTests.numbers(0..<1) }
            inlet.lifecycle = shared
            var outlet = Pushes().outlet()
            outlet.lifecycle = shared
            return ActiveLink(Link(name, inlets: [inlet], outlets: [outlet]))
        }
        let (one, two) = (link("one"), link("two"))
        try await one.start()
        try await two.start()
        await one.shutdown()
        #expect(shared.isActive)
        await two.shutdown()
        #expect(!shared.isActive)
        #expect(events.withLock { $0 } == ["start", "shutdown"])
    }

    @Test func aStartThatFailsShutsDownWhatWasStarted() async throws {
        let events = Mutex<[String]>([])
        func lifecycle(_ name: String, fails: Bool = false) -> Lifecycle {
            Lifecycle {
                if fails { throw Refusal() }
                events.withLock { $0.append("start \(name)") }
            } shutdown: {
                events.withLock { $0.append("shutdown \(name)") }
            }
        }
        var inlet = Inlet("in") { _ in [] }
        inlet.lifecycle = lifecycle("inlet")
        var outlet = Pushes().outlet()
        outlet.lifecycle = lifecycle("outlet", fails: true)
        let link = ActiveLink(Link("l", inlets: [inlet], outlets: [outlet]))
        await #expect(throws: Refusal.self) { try await link.start() }
        #expect(!link.isActive)
        #expect(events.withLock { $0 } == ["start inlet", "shutdown inlet"])
    }

    @Test func sourcesAndClosuresAreInletsOfOneLink() async throws {
        let pushes = Pushes()
        let source = MemorySource(
            "numbers", (0..<3).map { RecordBatch(records: LinkTests.numbers($0 * 2..<$0 * 2 + 2)) })
        let link = ActiveLink(
            Link(
                "l",
                inlets: [
                    Inlet("first") { update in LinkTests.numbers(100..<101) }, Inlet("second", source),
                    Inlet("third") { update in LinkTests.numbers(200..<201) },
                ], outlets: [pushes.outlet()]))
        try await link.start()
        try await link.transfer()
        try await link.transfer()
        #expect(pushes.batches == LinkTests.texts([[100, 0, 1, 2, 3, 4, 5, 200], [100, 200]]))
    }

    @Test func whatIsTooMuchToGatherIsDividedApart() async throws {
        let pushes = Pushes()
        let source = MemorySource(
            "numbers", (0..<10).map { RecordBatch(records: LinkTests.numbers($0 * 10..<$0 * 10 + 10)) })
        var link = Link(
            "l", inlets: [Inlet("in", source)], batchers: [try SizeBatcher(records: 1000)], outlets: [pushes.outlet()])
        link.gatherLimit = 200
        let active = ActiveLink(link)
        try await active.start()
        try await active.transfer()
        #expect(pushes.batches.count > 1)
        #expect(pushes.batches.flatMap { $0 } == (0..<100).map { "{\"n\":\($0)}" })
    }

    @Test func namesThatAreNotApartAreRefused() async throws {
        let inlet = Inlet("in") { _ in LinkTests.numbers(0..<1) }
        for link in [
            Link("l", inlets: [inlet, inlet], outlets: [Pushes().outlet()]),
            Link("l", inlets: [inlet], outlets: [Pushes().outlet(), Pushes().outlet()]),
        ] {
            await #expect { try await ActiveLink(link).start() } throws: {
                ($0 as? CartloadError)?.code.rawValue == "link.names"
            }
            await #expect(throws: CartloadError.self) { try await FlowRun(link).run() }
        }
    }

    @Test func aRunOfALinkIsATransferAndItsEnd() async throws {
        let pushes = Pushes()
        let shared = Lifecycle()
        var outlet = pushes.outlet()
        outlet.lifecycle = shared
        var link = Link("l", inlets: [Inlet("in") { _ in LinkTests.numbers(0..<3) }], outlets: [outlet])
        link.buffer = try LinkBuffer(records: 100)
        try await FlowRun(link).run()
        #expect(pushes.batches == LinkTests.texts([[0, 1, 2]]))
        #expect(pushes.updates == ["1"])
        #expect(!shared.isActive)
    }
}

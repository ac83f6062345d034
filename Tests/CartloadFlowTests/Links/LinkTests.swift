// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import CartloadFlow
import CartloadTesting
import Synchronization
import Testing

/// What a link does with records, batchers and failures: each row is records in, pushes out.
@Suite struct LinkTests {
    private static func numbers(_ range: Range<Int>) -> [JSONObject] {
        range.map { JSONObject([("n", .int($0))]) }
    }

    private static func texts(_ groups: [[Int]]) -> [[String]] { groups.map { $0.map { "{\"n\":\($0)}" } } }

    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let inlets: [[Int]]
        var processors: [any Processor] = []
        var batchers: [any Batcher] = []
        let pushes: [[Int]]
        var testDescription: String { name }
    }

    private static func rows() throws -> [Row] {
        let even = try FilterProcessor(Expression(parsing: "n % 2 = 0"))
        let none = try FilterProcessor(Expression(parsing: "n > 100"))
        let parity = try KeyBatcher(by: [Expression(parsing: "n % 2")])
        return [
            Row(name: "no batcher: one batch", inlets: [[0, 1, 2]], pushes: [[0, 1, 2]]),
            Row(name: "nothing pulled, no batcher: an empty push", inlets: [[]], pushes: [[]]),
            Row(
                name: "nothing pulled, a batcher: no push", inlets: [[]], batchers: [SizeBatcher.pairs], pushes: []),
            Row(name: "inlets in their order", inlets: [[3], [1, 2], [], [0]], pushes: [[3, 1, 2, 0]]),
            Row(
                name: "pairs", inlets: [[0, 1, 2, 3, 4, 5]], batchers: [SizeBatcher.pairs],
                pushes: [[0, 1], [2, 3], [4, 5]]),
            Row(
                name: "pairs across inlets", inlets: [[0], [1, 2], [3, 4]], batchers: [SizeBatcher.pairs],
                pushes: [[0, 1], [2, 3], [4]]),
            Row(
                name: "by key, first seen first", inlets: [[1, 0, 3, 2]], batchers: [parity],
                pushes: [[1, 3], [0, 2]]),
            Row(
                name: "by key, then pairs", inlets: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
                batchers: [parity, SizeBatcher.pairs],
                pushes: [[0, 2], [4, 6], [8], [1, 3], [5, 7], [9]]),
            Row(
                name: "pairs, then by key", inlets: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
                batchers: [SizeBatcher.pairs, parity],
                pushes: [[0], [1], [2], [3], [4], [5], [6], [7], [8], [9]]),
            Row(
                name: "processors before batchers", inlets: [[0, 1, 2, 3, 4]], processors: [even],
                batchers: [SizeBatcher.pairs], pushes: [[0, 2], [4]]),
            Row(name: "everything filtered: no push", inlets: [[0, 1]], processors: [none], pushes: []),
        ]
    }

    @Test(arguments: try rows()) func aTransferPushesWhatItPulls(row: Row) async throws {
        let pushes = Pushes()
        let inlets = row.inlets.enumerated().map { index, numbers in
            Inlet("in\(index)") { _ in numbers.map { JSONObject([("n", .int($0))]) } }
        }
        let link = ActiveLink(
            Link(
                "numbers", inlets: inlets, processors: row.processors, batchers: row.batchers,
                outlets: [pushes.route()]))
        try await link.start()
        try await link.transfer()
        await link.shutdown()
        #expect(pushes.batches == LinkTests.texts(row.pushes))
    }

    @Test func theFirstExampleKeepsEveryRecordOfAName() async throws {
        let pushes = Pushes()
        let records: [JSONObject] = [
            ["name": "a", "value": 1], ["name": "a", "value": 2], ["name": "b", "value": 3], ["name": "b", "value": 4],
        ]
        let link = ActiveLink(
            Link(
                "names", inlets: [Inlet("in") { _ in records }], batchers: [try KeyBatcher(fields: ["name"])],
                outlets: [pushes.route()]))
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
        var link = Link("l", inlets: [Inlet("in") { _ in LinkTests.numbers(0..<1) }], outlets: [pushes.route()])
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
            Link("l", inlets: [Inlet("in") { _ in LinkTests.numbers(0..<1) }], outlets: [pushes.route()]))
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
        var link = Link("l", inlets: inlets, outlets: [pushes.route()])
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
            outlets: [first.route("first"), second.route("second")])
        link.ordering = ordering
        let active = ActiveLink(link)
        try await active.start()
        try await active.transfer()
        #expect(first.batches == LinkTests.texts([[0, 1], [2, 3], [4]]))
        #expect(second.batches == first.batches)
    }

    @Test func noOutletGetsABatchBeforeAllHaveTheOneBefore() async throws {
        let events = Mutex<[String]>([])
        func route(_ name: String, steps: Int) -> Route {
            .push(name) { batch, _ in
                let first = try batch.records()[0].object["n"] ?? nil
                for _ in 0..<steps { await Task.yield() }
                events.withLock { $0.append("\(first)") }
            }
        }
        let link = ActiveLink(
            Link(
                "l", inlets: [Inlet("in") { _ in LinkTests.numbers(0..<6) }], batchers: [SizeBatcher.pairs],
                outlets: [route("slow", steps: 100), route("fast", steps: 0)]))
        try await link.start()
        try await link.transfer()
        #expect(events.withLock { $0 } == ["0", "0", "2", "2", "4", "4"])
    }

    @Test func anOutletHasProcessorsOfItsOwn() async throws {
        let (all, even) = (Pushes(), Pushes())
        var route = even.route("even")
        route.processors = [try FilterProcessor(Expression(parsing: "n % 2 = 0"))]
        let link = ActiveLink(
            Link(
                "l", inlets: [Inlet("in") { _ in LinkTests.numbers(0..<6) }], batchers: [try SizeBatcher(records: 3)],
                outlets: [all.route("all"), route]))
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
        var keeping = whole.route("whole")
        keeping.keepsMetadata = true
        var link = Link(
            "l", inlets: [inlet], batchers: [try KeyBatcher(by: [Expression(parsing: "_meta.page")])],
            outlets: [plain.route("plain"), keeping])
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
        let link = Link("l", inlets: [inlet], outlets: [pushes.route()])
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
            Link("l", inlets: [Inlet("in") { _ in LinkTests.numbers(0..<1) }], outlets: [pushes.route()]))
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
            var route = Pushes().route()
            route.lifecycle = shared
            return ActiveLink(Link(name, inlets: [inlet], outlets: [route]))
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
        var route = Pushes().route()
        route.lifecycle = lifecycle("outlet", fails: true)
        let link = ActiveLink(Link("l", inlets: [inlet], outlets: [route]))
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
                ], outlets: [pushes.route()]))
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
            "l", inlets: [Inlet("in", source)], batchers: [try SizeBatcher(records: 1000)], outlets: [pushes.route()])
        link.gatherLimit = 200
        let active = ActiveLink(link)
        try await active.start()
        try await active.transfer()
        #expect(pushes.batches.count > 1)
        #expect(pushes.batches.flatMap { $0 } == (0..<100).map { "{\"n\":\($0)}" })
    }
}

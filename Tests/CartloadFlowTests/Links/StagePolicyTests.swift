// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import CartloadFlow
import CartloadTesting
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct StagePolicyTests {
    private static func numbers(_ range: Range<Int>) -> [JSONObject] { range.map { JSONObject([("n", .int($0))]) } }
    private static func texts(_ groups: [[Int]]) -> [[String]] { groups.map { $0.map { "{\"n\":\($0)}" } } }

    /// A clock that does not wait.
    private static let clock = RunClock(now: { .zero }, wallSeconds: { 0 }, sleep: { _ in }, random: { 0 })

    private struct Broken: Processor, Batcher {
        func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch { throw Refusal() }
        func parts(of batch: RecordBatch) throws -> [BatchPart] { throw Refusal() }
    }

    private struct Losing: Batcher {
        let parts: [BatchPart]
        func parts(of batch: RecordBatch) throws -> [BatchPart] { parts }
    }

    private func run(_ link: Link) async throws -> ActiveLink {
        let active = ActiveLink(link, options: EngineOptions(clock: StagePolicyTests.clock))
        try await active.start()
        try await active.transfer()
        await active.shutdown()
        return active
    }

    private func link(
        _ pushes: Pushes, inlets: [Inlet]? = nil, processors: [any Processor] = [], batchers: [any Batcher] = [],
        onFailure: StagePolicy = .fail
    ) -> Link {
        Link(
            "l", inlets: inlets ?? [Inlet("in") { _ in StagePolicyTests.numbers(0..<4) }], processors: processors,
            batchers: batchers, outlets: [pushes.outlet(onFailure: onFailure)])
    }

    @Test func aStageThatFailsFailsTheTransfer() async throws {
        let failing = Inlet("in") { _ -> [JSONObject] in throw Refusal() }
        for link in [
            link(Pushes(), inlets: [failing]), link(Pushes(), processors: [Broken()]),
            link(Pushes(), batchers: [Broken()]), link(Pushes(failing: [0])),
        ] {
            await #expect(throws: (any Error).self) { _ = try await run(link) }
        }
    }

    @Test(arguments: [
        [BatchPart(.range(0..<3))], [BatchPart(.range(0..<4)), BatchPart(.range(0..<1))],
        [BatchPart(.range(0..<4)), BatchPart(.range(4..<4))], [BatchPart(.range(0..<5))], [],
    ]) func aBatcherThatIsNoPartitionPushesNothing(parts: [BatchPart]) async throws {
        let pushes = Pushes()
        await #expect {
            _ = try await run(link(pushes, batchers: [SizeBatcher.pairs, Losing(parts: parts)]))
        } throws: { ($0 as? CartloadError)?.code == .notAPartition }
        #expect(pushes.batches.isEmpty)
    }

    @Test func anInletThatIsSkippedBringsNothing() async throws {
        let pushes = Pushes()
        var failing = Inlet("broken") { _ -> [JSONObject] in throw Refusal() }
        failing.onFailure = .skip
        let good = Inlet("good") { _ in StagePolicyTests.numbers(0..<2) }
        let active = try await run(link(pushes, inlets: [failing, good]))
        #expect(pushes.batches == StagePolicyTests.texts([[0, 1]]))
        #expect(active.meter.snapshot.warnings[.stageSkipped] == 1)
    }

    @Test func aProcessorOrBatcherThatIsSkippedPassesOnWhatItWasGiven() async throws {
        let pushes = Pushes()
        _ = try await run(
            link(
                pushes, processors: [Broken().onFailure(.skip) as any Processor],
                batchers: [Broken().onFailure(.skip) as any Batcher, SizeBatcher.pairs]))
        #expect(pushes.batches == StagePolicyTests.texts([[0, 1], [2, 3]]))
    }

    @Test func anInletIsTriedAgain() async throws {
        let pushes = Pushes()
        let calls = Mutex(0)
        var inlet = Inlet("in") { _ in
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            if call < 3 { throw Refusal() }
            return StagePolicyTests.numbers(0..<1)
        }
        inlet.onFailure = .retry(2)
        _ = try await run(link(pushes, inlets: [inlet]))
        #expect(pushes.batches == StagePolicyTests.texts([[0]]))
    }

    @Test func anOutletGetsTheSameBatchAgain() async throws {
        let pushes = Pushes(failing: [1, 2])
        _ = try await run(link(pushes, batchers: [SizeBatcher.pairs], onFailure: .retry(2)))
        #expect(pushes.batches == StagePolicyTests.texts([[0, 1], [2, 3]]))
    }

    @Test func anOutletThatIsSkippedDoesNotGetTheBatch() async throws {
        let pushes = Pushes(failing: [0])
        let active = try await run(link(pushes, batchers: [SizeBatcher.pairs], onFailure: .skip))
        #expect(pushes.batches == StagePolicyTests.texts([[2, 3]]))
        #expect(active.meter.snapshot.destinations[0].batchesFailed == 1)
    }

    @Test(arguments: ["processor", "batcher", "outlet"]) func rejectedBatchesGoToTheRejectFile(stage: String)
        async throws
    {
        let folder = try TemporaryFolder()
        let pushes = Pushes(failing: stage == "outlet" ? [0] : [])
        var link = link(
            pushes, processors: stage == "processor" ? [Broken().onFailure(.reject) as any Processor] : [],
            batchers: stage == "batcher" ? [Broken().onFailure(.reject) as any Batcher] : [],
            onFailure: stage == "outlet" ? .reject : .fail)
        let file = folder.path + "/rejects.jsonl"
        link.errorPolicy = .reject(file: file, limit: nil)
        let active = try await run(link)
        #expect(pushes.batches.isEmpty)
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 4)
        #expect(try JSONValue(parsing: String(lines[3]))["text"] == "{\"n\":3}")
        #expect(active.meter.snapshot.recordsRejected == 4)
    }

    @Test(arguments: BytesBatcher.Oversize.allCases) func aRecordThatIsTooLarge(oversize: BytesBatcher.Oversize)
        async throws
    {
        let folder = try TemporaryFolder()
        let pushes = Pushes()
        let records: [JSONObject] = [["n": 1], ["n": 1234567890], ["n": 2], ["n": 3]]
        var link = link(
            pushes, inlets: [Inlet("in") { _ in records }],
            batchers: [try BytesBatcher(bytes: 15, oversize: oversize)])
        link.errorPolicy = .reject(file: folder.path + "/rejects.jsonl", limit: nil)
        switch oversize {
        case .alone:
            _ = try await run(link)
            #expect(pushes.batches == StagePolicyTests.texts([[1], [1234567890], [2, 3]]))
        case .reject:
            let active = try await run(link)
            #expect(pushes.batches == StagePolicyTests.texts([[1, 2], [3]]))
            #expect(active.meter.snapshot.recordsRejected == 1)
        case .error:
            await #expect { _ = try await run(link) } throws: { ($0 as? CartloadError)?.code == .batcherOversize }
            #expect(pushes.batches.isEmpty)
        }
    }

    @Test func anOutletThatHangsIsLeftToItself() async throws {
        let pushes = Pushes()
        let clock = RunClock(
            now: { .zero }, wallSeconds: { 0 },
            sleep: { _ in for _ in 0..<20 { await Task.yield() } }, random: { 0 })
        let hanging = Outlet.push("hanging", timeout: .seconds(5)) { _, _ in
            // It does not even hear that it is cancelled.
            await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        }
        let link = ActiveLink(
            Link(
                "l", inlets: [Inlet("in") { _ in StagePolicyTests.numbers(0..<4) }], batchers: [SizeBatcher.pairs],
                outlets: [pushes.outlet(), hanging]), options: EngineOptions(clock: clock))
        try await link.start()
        await #expect { try await link.transfer() } throws: { ($0 as? CartloadError)?.code == .outletTimeout }
        #expect(pushes.batches == StagePolicyTests.texts([[0, 1]]))
    }
}

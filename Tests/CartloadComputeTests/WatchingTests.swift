// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import Testing

/// What who looks on is told of: chunks, failures and changes.
@Suite struct WatchingTests {
    private struct Negative: Error, CustomStringConvertible { let description: String }

    private let caller = Caller(tenant: "t", user: "u")

    /// Fails for negative values.
    private static let positive = Service(
        serviceID: "s", versionID: "v", folder: "f", name: "positive", version: "1.0",
        inputs: [ServiceField("value", .number)], outputs: ["value"],
        runner: ClosureRunner { record in
            let value = record["value"]?.intValue ?? 0
            guard value >= 0 else { throw Negative(description: "\(value) is negative") }
            return ["value": .int(value)]
        })

    private func withEngine(
        _ options: ComputeOptions = ComputeOptions(workers: 1), _ body: (ComputeEngine) async throws -> Void
    ) async throws {
        let engine = ComputeEngine(
            store: MemoryPipelineStore(), catalogue: MemoryServiceCatalogue([WatchingTests.positive]),
            supply: PooledWorkers(WorkerPool()), options: options)
        try engine.start()
        defer { engine.stop() }
        try await body(engine)
    }

    /// A pipeline with chunks of these values, all of them processed.
    private func pipeline(_ engine: ComputeEngine, _ chunks: [[Int]]) async throws -> String {
        let id = try await engine.create(
            PipelineRequest(service: .service("f/positive", at: nil)), by: caller
        ).definition.id
        for (number, values) in chunks.enumerated() {
            let rows = values.map { "[\($0)]" }.joined(separator: ",")
            _ = try await engine.push(
                Bytes(#"{"chunks":[{"id":"c\#(number)","data":{"inputs":[["value"],\#(rows)]}}]}"#), to: id, by: caller)
            _ = try await engine.status(of: id, after: number, wait: .seconds(60), by: caller)
        }
        return id
    }

    @Test func chunksAreShownNewestFirstPageByPage() async throws {
        try await withEngine { engine in
            let id = try await pipeline(engine, [[1], [2, -2], [3], [-4]])
            let page = try engine.chunks(of: id, offset: 0, atMost: 3, by: caller)
            #expect(page.chunks.map(\.id) == ["c3", "c2", "c1"])
            #expect(page.chunks.map(\.failedCount) == [1, 0, 1])
            #expect(page.chunks.map(\.state) == [.available, .available, .available])
            #expect(page.total == 4)
            #expect(try engine.chunks(of: id, offset: 3, atMost: 3, by: caller).chunks.map(\.id) == ["c0"])
            #expect(try engine.chunks(of: id, offset: 99, atMost: 3, by: caller).chunks.isEmpty)
            let failed = try engine.chunks(of: id, offset: 0, atMost: 9, isOnlyFailed: true, by: caller)
            #expect(failed.chunks.map(\.id) == ["c3", "c1"])
            #expect(failed.total == 2)
        }
    }

    @Test func failedRecordsAreReadWithoutBeingHandedOut() async throws {
        try await withEngine { engine in
            let id = try await pipeline(engine, [[1, -1], [-2, -3, -4], [5]])
            let first = try await engine.failures(of: id, atMost: 2, by: caller)
            #expect(first.total == 4)
            #expect(first.chunks.map(\.id) == ["c1"])
            #expect(first.chunks.first?.records.map(\.record) == [0, 1])
            #expect(first.chunks.first?.records.first?.problems.first?.message.contains("-2 is negative") == true)
            let second = try await engine.failures(of: id, from: first.next, atMost: 2, by: caller)
            #expect(second.chunks.map(\.id) == ["c1", "c0"])
            #expect(second.chunks.flatMap { $0.records.map(\.record) } == [2, 1])
            #expect(second.next == nil)
            #expect(try engine.status(of: id, by: caller).counts.chunksAvailable == 3)
        }
    }

    @Test func ofWhatWasHandedOutOnlyTheCountsAreKnown() async throws {
        try await withEngine { engine in
            let id = try await pipeline(engine, [[-1, -2]])
            _ = try await engine.pull(from: id, atMost: 1, by: caller)
            let page = try await engine.failures(of: id, atMost: 5, by: caller)
            #expect(page.chunks.map(\.failedCount) == [2])
            #expect(page.chunks.map(\.isKept) == [false])
            let chunk = try engine.chunks(of: id, offset: 0, atMost: 1, by: caller).chunks.first
            #expect(chunk?.state == .delivered)
            #expect(chunk?.failedCount == 2)
        }
    }

    @Test func noMoreThanTheBoundIsReadForAPage() async throws {
        var options = ComputeOptions(workers: 1)
        options.failureBytes = 1
        try await withEngine(options) { engine in
            let id = try await pipeline(engine, [[-1], [-2], [-3]])
            var cursor: FailurePage.Cursor?
            var pages: [[String]] = []
            repeat {
                let page = try await engine.failures(of: id, from: cursor, atMost: 10, by: caller)
                pages.append(page.chunks.map(\.id))
                cursor = page.next
            } while cursor != nil
            #expect(pages == [["c2"], ["c1"], ["c0"]])
        }
    }

    @Test func onlyWhatHasChangedIsToldOfAgain() async throws {
        try await withEngine { engine in
            let first = try await pipeline(engine, [[1]])
            let second = try await pipeline(engine, [])
            let all = engine.changes(after: 0, known: [], atMost: 10, by: caller)
            #expect(Set(all.changed.map(\.definition.id)) == [first, second])
            #expect(all.total == 2 && all.unfinished == 2)
            #expect(engine.changes(after: all.revision, known: [first], atMost: 10, by: caller).changed.isEmpty)
            _ = try await engine.close(second, by: caller)
            let after = engine.changes(after: all.revision, known: [first, second, "gone"], atMost: 10, by: caller)
            #expect(after.changed.map(\.definition.id) == [second])
            #expect(after.removed == ["gone"])
            #expect(after.unfinished == 1)
            #expect(engine.changes(after: 0, known: [], atMost: 1, by: caller).changed.map(\.definition.id) == [first])
        }
    }

    @Test func othersSeeNothing() async throws {
        try await withEngine { engine in
            let id = try await pipeline(engine, [[-1]])
            let other = Caller(tenant: "t", user: "other")
            #expect(engine.changes(after: 0, known: [], atMost: 10, by: other).total == 0)
            #expect(throws: PipelineRefusal.unknownPipeline) {
                try engine.chunks(of: id, offset: 0, atMost: 1, by: other)
            }
            await #expect(throws: PipelineRefusal.unknownPipeline) {
                try await engine.failures(of: id, atMost: 1, by: other)
            }
            #expect(engine.throughput(after: .min, by: other).isEmpty)
        }
    }
}

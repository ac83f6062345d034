// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadExpressions
import CartloadFlow
import CartloadTesting
import Synchronization
import TestSupport
import Testing

@Suite struct BufferTests {
    private static func text(_ number: Int) -> String { "{\"n\":\(number)}" }

    /// An inlet that counts, so many at a time, and goes on where it was.
    private static func counting(_ counts: [Int]) -> Inlet {
        Inlet(
            "numbers",
            .pull { _, position in
                let call = position?.value["call"]?.intValue ?? 0
                let start = position?.value["next"]?.intValue ?? 0
                guard call < counts.count else { return .none }
                let numbers = (start..<start + counts[call]).map { JSONObject([("n", .int($0))]) }
                return Pull(
                    RecordBatch(records: numbers),
                    position: Checkpoint(["next": .int(start + counts[call]), "call": .int(call + 1)]))
            })
    }

    private func link(_ buffer: LinkBuffer, _ counts: [Int], _ pushes: Pushes) -> Link {
        Link("l", inlets: [BufferTests.counting(counts)], buffer: buffer, outlets: [pushes.outlet()])
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let buffer: LinkBuffer
        let counts: [Int]
        let pushes: [[Int]]
        var testDescription: String { name }
    }

    private static func rows() throws -> [Row] {
        let counts = [2, 1, 3, 4, 1]
        return [
            Row(
                name: "at least three", buffer: try LinkBuffer(records: 3), counts: counts,
                pushes: [[0, 1, 2], [3, 4, 5], [6, 7, 8, 9], [10]]),
            Row(
                name: "exactly three", buffer: try LinkBuffer(records: 3, shape: .exact), counts: counts,
                pushes: [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10]]),
            Row(
                name: "at least 20 bytes", buffer: try LinkBuffer(bytes: 20), counts: counts,
                pushes: [[0, 1, 2], [3, 4, 5], [6, 7, 8, 9], [10]]),
            Row(
                name: "at most 20 bytes", buffer: try LinkBuffer(bytes: 20, shape: .exact), counts: counts,
                pushes: [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [10]]),
            Row(
                name: "one that is larger than all is alone",
                buffer: try LinkBuffer(bytes: 3, shape: .exact), counts: [3], pushes: [[0], [1], [2]]),
            Row(
                name: "up to a record", buffer: try LinkBuffer(check: Expression(parsing: "n % 4 = 1"), shape: .exact),
                counts: counts, pushes: [[0, 1], [2, 3, 4, 5], [6, 7, 8, 9], [10]]),
            Row(
                name: "all of several", buffer: try LinkBuffer(records: 2, bytes: 40, mode: .all), counts: counts,
                pushes: [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]),
            Row(
                name: "a condition", buffer: try LinkBuffer { $0.records >= 5 }, counts: counts,
                pushes: [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]),
        ]
    }

    @Test(arguments: try rows()) func aBufferLetsGoWhatItsLimitsSay(row: Row) async throws {
        let pushes = Pushes()
        let link = ActiveLink(link(row.buffer, row.counts, pushes))
        try await link.start()
        for _ in row.counts { try await link.transfer() }
        try await link.flush()
        #expect(pushes.batches == row.pushes.map { $0.map(BufferTests.text) })
        #expect(link.held == LinkBuffer.Held())
    }

    @Test func batchersWorkOnWhatIsLetGo() async throws {
        let pushes = Pushes()
        var link = link(try LinkBuffer(records: 4), [1, 1, 1, 1], pushes)
        link.batchers = [try KeyBatcher(by: [Expression(parsing: "n % 2")])]
        let active = ActiveLink(link)
        try await active.start()
        for _ in 0..<4 { try await active.transfer() }
        #expect(pushes.batches == [[0, 2], [1, 3]].map { $0.map(BufferTests.text) })
    }

    @Test func timeAloneLetsGoOfRecords() async throws {
        let clock = ManualClock()
        let pushes = Pushes()
        let link = ActiveLink(
            link(try LinkBuffer(age: .seconds(10), idle: .seconds(4)), [1, 1, 1, 1, 1], pushes),
            options: EngineOptions(clock: clock.runClock))
        try await link.start()
        #expect(link.wakeTime == nil)
        try await link.transfer()
        #expect(link.wakeTime == .seconds(4))
        for _ in 0..<3 {
            clock.advance(by: .seconds(3))
            try await link.transfer()
        }
        // The first record is 9 s old, the last came now: its age comes first.
        #expect(link.wakeTime == .seconds(10))
        #expect(pushes.batches.isEmpty)
        clock.advance(by: .seconds(1))
        try await link.wake()
        #expect(pushes.batches == [(0..<4).map(BufferTests.text)])
        try await link.transfer()
        clock.advance(by: .seconds(4))
        try await link.wake()
        #expect(pushes.batches.last == [BufferTests.text(4)])
        #expect(link.triggers == [.age: 1, .idle: 1])
    }

    @Test(arguments: LinkBuffer.Shape.allCases) func whatIsHeldInMemoryIsPulledAgainAfterACrash(
        shape: LinkBuffer.Shape
    ) async throws {
        let pushes = Pushes()
        let store = MemoryCheckpointStore()
        let counts = [2, 3, 2, 1, 5, 2]
        let link = link(try LinkBuffer(records: 4, shape: shape), counts, pushes)
        for round in 0..<8 {
            let active = ActiveLink(link, store: store)
            try await active.start()
            for _ in 0..<(round % 3 + 1) { try await active.transfer() }
            // A crash: no flush.
            await active.shutdown()
        }
        let active = ActiveLink(link, store: store)
        try await active.start()
        for _ in counts { try await active.transfer() }
        try await active.flush()
        await active.shutdown()
        #expect(pushes.batches.flatMap { $0 } == (0..<15).map(BufferTests.text))
    }

    @Test(arguments: LinkBuffer.Shape.allCases) func whatIsHeldInAFileSurvives(shape: LinkBuffer.Shape) async throws {
        let folder = try TemporaryFolder()
        let pushes = Pushes()
        let store = MemoryCheckpointStore()
        let pulls = Mutex(0)
        // It remembers nothing, so only the file can.
        let inlet = Inlet("numbers") { _ in
            pulls.withLock { pulls in
                defer { pulls += 1 }
                return (pulls * 3..<pulls * 3 + 3).map { JSONObject([("n", .int($0))]) }
            }
        }
        let buffer = try LinkBuffer(records: 5, shape: shape, file: folder.path + "/buffer.db")
        let link = Link("l", inlets: [inlet], buffer: buffer, outlets: [pushes.outlet()])
        for _ in 0..<6 {
            let active = ActiveLink(link, store: store)
            try await active.start()
            try await active.transfer()
            await active.shutdown()
        }
        let active = ActiveLink(link, store: store)
        try await active.start()
        try await active.flush()
        #expect(pushes.batches.flatMap { $0 } == (0..<18).map(BufferTests.text))
    }

    @Test func aReleaseThatFailsKeepsTheRecords() async throws {
        let pushes = Pushes(failing: [0])
        let link = ActiveLink(link(try LinkBuffer(records: 2), [2, 1], pushes))
        try await link.start()
        await #expect(throws: CartloadError.self) { try await link.transfer() }
        #expect(link.held.records == 2)
        try await link.transfer()
        #expect(pushes.batches == [(0..<3).map(BufferTests.text)])
    }

    @Test func timeWakesNobodyWhileAnotherLimitIsMissing() async throws {
        let clock = ManualClock()
        let pushes = Pushes()
        let link = ActiveLink(
            link(try LinkBuffer(records: 3, age: .seconds(10), mode: .all), [2, 1], pushes),
            options: EngineOptions(clock: clock.runClock))
        try await link.start()
        try await link.transfer()
        clock.advance(by: .seconds(20))
        #expect(link.wakeTime == nil)
        try await link.wake()
        #expect(pushes.batches.isEmpty)
        try await link.transfer()
        #expect(pushes.batches == [(0..<3).map(BufferTests.text)])
    }

    @Test func aBufferRestsAfterAReleaseThatFailed() async throws {
        let clock = ManualClock()
        var runClock = clock.runClock
        runClock.random = { 1 }
        let pushes = Pushes(failing: [0, 1])
        let link = ActiveLink(
            link(try LinkBuffer(age: .seconds(1)), [1], pushes), options: EngineOptions(clock: runClock))
        try await link.start()
        try await link.transfer()
        clock.advance(by: .seconds(1))
        await #expect(throws: CartloadError.self) { try await link.wake() }
        #expect(link.wakeTime == .seconds(3))
        clock.advance(by: .seconds(2))
        await #expect(throws: CartloadError.self) { try await link.wake() }
        #expect(link.wakeTime == .seconds(7))
        clock.advance(by: .seconds(4))
        try await link.wake()
        #expect(pushes.batches == [[BufferTests.text(0)]])
        #expect(link.wakeTime == nil)
    }

    @Test func whatWouldNeverLetGoIsRefused() throws {
        for make in [
            { try LinkBuffer() }, { try LinkBuffer(records: 0) }, { try LinkBuffer(age: .zero) },
            { try LinkBuffer(age: .seconds(1), shape: .exact) },
            { try LinkBuffer(records: 1, bytes: 1, mode: .all, shape: .exact) },
        ] as [() throws -> LinkBuffer] {
            #expect { try make() } throws: { ($0 as? CartloadError)?.code == .linkBuffer }
        }
    }
}

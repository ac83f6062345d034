// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting
import Testing

@testable import CartloadCompute

@Suite struct ChunkTableTests {
    private static let phases: [ChunkSlot.Phase] = [
        .accepting, .queued, .running, .storing, .available, .leased, .delivering, .delivered, .dropped, .void,
    ]

    private static func slot(_ number: Int, bytes: Int) -> ChunkSlot {
        ChunkSlot(
            id: "c\(number)", digest: Bytes(), recordCount: number % 4, inputBytes: bytes, phase: .accepting,
            input: Bytes([UInt8](repeating: 0, count: bytes)))
    }

    /// The sums as they are counted anew.
    private static func expectSums(_ table: ChunkTable, _ seed: UInt64) {
        func sum(_ phases: Set<ChunkSlot.Phase>, _ value: (ChunkSlot) -> Int) -> Int {
            table.slots.reduce(0) { $0 + (phases.contains($1.phase) ? value($1) : 0) }
        }
        let unfinished: Set<ChunkSlot.Phase> = [.accepting, .queued, .running, .storing]
        let held: Set<ChunkSlot.Phase> = [.storing, .available, .leased, .delivering]
        #expect(table.unfinished == sum(unfinished) { _ in 1 }, "seed \(seed)")
        #expect(table.inputUsed == sum(unfinished, \.inputBytes), "seed \(seed)")
        #expect(table.outputUsed == sum(held) { $0.outcome?.outputBytes ?? 0 }, "seed \(seed)")
        #expect(table.chunksAvailable == sum([.available]) { _ in 1 }, "seed \(seed)")
        #expect(table.recordsAvailable == sum([.available], \.recordCount), "seed \(seed)")
        let payloads = table.slots.reduce(0) { $0 + ($1.input?.count ?? 0) + ($1.output?.count ?? 0) }
        #expect(table.retained == payloads, "seed \(seed)")
    }

    @Test func theSumsFollowFromThePhasesWhateverIsMoved() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        var table = ChunkTable()
        for step in 0..<400 {
            if table.count == 0 || random.below(4) == 0 {
                table.append(Self.slot(step, bytes: random.below(50)))
            } else {
                let sequence = random.below(table.count)
                switch random.below(6) {
                case 0: table.move(sequence, to: Self.phases[random.below(Self.phases.count)])
                case 1 where table.phase(sequence) == .running:
                    let outcome = ChunkOutcome(failedCount: 0, computeTime: 0, outputBytes: 7)
                    table.finish(sequence, outcome, output: Bytes([UInt8](repeating: 0, count: 7)))
                case 1: table.move(sequence, to: .running)
                case 2: table.drop(sequence)
                case 3: table.forgetInput(sequence)
                case 4: table.forgetOutput(sequence)
                default: table.deliver(sequence)
                }
            }
            Self.expectSums(table, seed)
        }
    }

    @Test func theIdOfAChunkThatCouldNotBeKeptIsFreeAndItsNumberIsNot() {
        var table = ChunkTable()
        table.append(Self.slot(1, bytes: 3))
        table.withdraw(0)
        #expect(table.sequence(of: "c1") == nil)
        table.append(Self.slot(1, bytes: 3))
        #expect(table.sequence(of: "c1") == 1)
        table.skip(to: 5)
        #expect(table.count == 5)
        #expect(table.unfinished == 1)
    }
}

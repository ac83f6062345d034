// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Testing

@testable import CartloadFlow

@Suite struct PendingCommitsTests {
    private func commit(_ sequence: Int) -> SavedCheckpoint {
        SavedCheckpoint(sequence: sequence, checkpoint: Checkpoint(["at": .int(sequence)]))
    }

    @Test func theNewestThatIsAcknowledgedIsGivenOnce() {
        var pending = PendingCommits(capacity: 10)
        for sequence in 3...7 { pending.add(commit(sequence)) }
        #expect(pending.acknowledge(upTo: 2) == nil)
        #expect(pending.acknowledge(upTo: 5)?.sequence == 5)
        #expect(pending.acknowledge(upTo: 5) == nil)
        #expect(pending.acknowledge(upTo: .max)?.sequence == 7)
        #expect(pending.commits.isEmpty)
    }

    @Test(arguments: [0, 2, 3, 8, 9, 64]) func manyAreThinnedAndTheNewestStays(capacity: Int) {
        var pending = PendingCommits(capacity: capacity)
        for sequence in 1...1000 {
            pending.add(commit(sequence))
            #expect(pending.commits.count <= max(2, capacity))
            #expect(pending.commits.last?.sequence == sequence)
        }
        let sequences = pending.commits.map(\.sequence)
        #expect(sequences == sequences.sorted())
    }

    @Test(arguments: 0..<50) func nothingIsGivenBeforeItIsAcknowledged(round: Int) {
        var random = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &random)
        var generator = Steps(state: seed)
        var pending = PendingCommits(capacity: 2 + round % 9)
        var (newest, acknowledged, given) = (0, 0, 0)
        for _ in 0..<500 {
            if generator.next() % 3 > 0 {
                newest += 1
                pending.add(commit(newest))
            } else if newest > acknowledged {
                acknowledged += 1 + Int(generator.next() % UInt64(newest - acknowledged))
                guard let saved = pending.acknowledge(upTo: acknowledged) else { continue }
                #expect(saved.sequence <= acknowledged && saved.sequence > given, "seed \(seed)")
                given = saved.sequence
            }
        }
        #expect(pending.acknowledge(upTo: newest)?.sequence ?? given == newest, "seed \(seed)")
    }

    /// A generator that can be repeated.
    private struct Steps: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }
}

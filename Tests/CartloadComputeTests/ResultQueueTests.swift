// SPDX-License-Identifier: Apache-2.0

import CartloadTesting
import Testing

@testable import CartloadCompute

@Suite struct ResultQueueTests {
    @Test func whatIsPutBackTakesItsPlaceAgainInAnyOrder() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        var queue = ResultQueue()
        var ranks: [Int: Int] = [:]
        var taken: [Int] = []
        for sequence in 0..<300 {
            let rank = queue.nextRank()
            ranks[sequence] = rank
            queue.append(sequence, rank: rank)
            while random.below(3) > 0, let next = queue.popFirst() { taken.append(next) }
            if random.below(4) == 0 {
                taken.shuffle(using: &random)
                let returned = taken.suffix(random.below(taken.count + 1))
                queue.putBack(returned.map { ($0, ranks[$0] ?? 0) })
                taken.removeLast(returned.count)
            }
        }
        queue.putBack(taken.map { ($0, ranks[$0] ?? 0) })
        var order: [Int] = []
        while let next = queue.popFirst() { order.append(next) }
        #expect(order == Array(0..<300), "seed \(seed)")
    }

    @Test func chunksAreTakenOutWhereverTheyAre() {
        var queue = ResultQueue()
        for sequence in [4, 2, 9, 7] { queue.append(sequence, rank: queue.nextRank()) }
        #expect(queue.popFirst() == 4)
        queue.remove([9, 2])
        #expect(queue.first == 7)
        queue.removeAll()
        #expect(queue.isEmpty)
    }
}

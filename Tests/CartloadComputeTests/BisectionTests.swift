// SPDX-License-Identifier: Apache-2.0

import CartloadTesting
import Testing

@testable import CartloadCompute

@Suite struct BisectionTests {
    /// How a simulated worker tells where it broke off.
    enum Telling: CaseIterable, Sendable {
        case exactly, notAtAll, tooEarly, wrongly
    }

    /// Runs a search to its end; what was computed, and how many runs it took.
    private func search(
        _ count: Int, bad: Set<Int>, _ telling: Telling, flaking: Int = 0, _ random: inout SeededGenerator
    ) -> (bisection: Bisection, computed: [Int]) {
        var search = Bisection(count: count)
        var computed: [Int] = []
        var flaking = flaking
        while let records = search.next {
            let flakes = flaking > 0 && Int.random(in: 0..<3, using: &random) == 0
            if flakes { flaking -= 1 }
            guard flakes || records.contains(where: bad.contains) else {
                computed += records
                search.computed()
                continue
            }
            let place = (records.first { bad.contains($0) } ?? records.lowerBound) - records.lowerBound
            switch telling {
            case .exactly: search.lost(answered: place)
            case .notAtAll: search.lost()
            case .tooEarly: search.lost(answered: Int.random(in: 0...place, using: &random))
            case .wrongly: search.lost(answered: Int.random(in: -2...records.count + 2, using: &random))
            }
        }
        return (search, computed)
    }

    @Test(arguments: Telling.allCases) func exactlyTheBadRecordsAreFound(telling: Telling) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let count = Int.random(in: 0...300, using: &random)
            let share = Double.random(in: 0...0.3, using: &random)
            let bad = Set((0..<count).filter { _ in Double.random(in: 0..<1, using: &random) < share })
            let (search, computed) = search(count, bad: bad, telling, &random)
            #expect(Set(search.bad) == bad, "seed \(seed)")
            #expect(search.bad.count == bad.count, "seed \(seed)")
            #expect(computed.sorted() == (0..<count).filter { !bad.contains($0) }, "seed \(seed)")
        }
    }

    @Test(arguments: Telling.allCases) func aWorkerThatIsLostOnceForReasonsOfItsOwnBlamesNoRecord(telling: Telling) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let count = Int.random(in: 1...100, using: &random)
            let bad = Set((0..<count).filter { _ in Int.random(in: 0..<30, using: &random) == 0 })
            let (search, _) = search(count, bad: bad, telling, flaking: 1, &random)
            #expect(Set(search.bad) == bad, "seed \(seed)")
        }
    }

    @Test(arguments: [(Telling.exactly, 6), (.notAtAll, 22)])
    func oneBadRecordOfManyIsFoundInFewRuns(telling: Telling, runs: Int) {
        var random = SeededGenerator(seed: 1)
        for bad in 0..<300 {
            let (search, _) = search(300, bad: [bad], telling, &random)
            #expect(search.bad == [bad])
            #expect(search.runCount <= runs, "record \(bad) took \(search.runCount) runs")
        }
    }

    @Test func aCallThatRunsAtOnceRetriesNothing() {
        var search = Bisection(count: 7)
        search.computed()
        #expect(search.next == nil)
        #expect(search.runCount == 1)
        #expect(search.retriedRecordCount == 0)
    }

    @Test func whatIsLeftIsToldInOrder() {
        var search = Bisection(count: 8)
        for _ in 0..<2 { search.lost() }
        search.computed()
        // The other half is to blame, so that it is halved at once.
        #expect(search.rest == [4..<6, 6..<8])
        #expect(search.retriedRecordCount == 12)
    }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadTesting
import Testing

@testable import CartloadFlow

@Suite(.timeLimit(.minutes(2))) struct PlannerDeadlinesTests {
    @Test func whatIsNotCalledOffHappensInTheOrderOfItsTimes() async {
        let clock = ManualClock()
        let journal = PlannerJournal()
        let deadlines = PlannerDeadlines(clock.runClock)
        _ = deadlines.add(at: .seconds(25)) { journal.add("25") }
        _ = deadlines.add(at: .seconds(3)) { journal.add("3") }
        let off = deadlines.add(at: .seconds(2)) { journal.add("2") }
        _ = deadlines.add(at: .seconds(4)) { journal.add("4") }
        deadlines.callOff(off)
        clock.advance(by: .seconds(5))
        await journal.wait("4")
        // Nobody sleeps longer than ten seconds, so this takes several.
        for _ in 0..<4 { clock.advance(by: .seconds(5)) }
        await journal.wait("25")
        #expect(journal.lines == ["3", "4", "25"])
    }

    @Test func whatIsCalledOffIsForgotten() {
        let deadlines = PlannerDeadlines(ManualClock().runClock)
        for second in 0..<100_000 { deadlines.callOff(deadlines.add(at: .seconds(3600 + second)) {}) }
        #expect(deadlines.keptCount <= 65)
    }
}

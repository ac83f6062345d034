// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import Testing

@Suite struct RecordRateTests {
    @Test(arguments: [1, 5, 30, 300])
    func whatIsSteadyHasItsRateFromTheBeginning(seconds: Int) {
        var rate = RecordRate()
        for tenth in 0..<(seconds * 10) { rate.add(10, at: .milliseconds(tenth * 100)) }
        let measured = rate.perSecond(at: .seconds(seconds))
        #expect(measured > 90 && measured < 110, "\(measured)")
    }

    @Test func itFadesWhenNothingMoreComes() {
        var rate = RecordRate()
        for second in 0..<100 { rate.add(100, at: .seconds(second)) }
        let before = rate.perSecond(at: .seconds(100))
        #expect(rate.perSecond(at: .seconds(110)) < before / 2.7)
        #expect(rate.perSecond(at: .seconds(1000)) < 0.001)
    }

    @Test func withoutRecordsThereIsNone() { #expect(RecordRate().perSecond(at: .seconds(5)) == 0) }
}

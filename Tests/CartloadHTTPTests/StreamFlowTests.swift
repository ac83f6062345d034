// SPDX-License-Identifier: Apache-2.0

@testable import CartloadHTTP
import Testing

@Suite struct StreamFlowTests {
    @Test func whoWritesAboveTheMarkWaitsUntilHalfOfItIsLeft() {
        var flow = StreamFlow<String>(highWater: 100)
        #expect(flow.write(100) && !flow.wait(flow.ticket(), "a"))
        #expect(flow.write(1) && flow.wait(flow.ticket(), "b"))
        #expect(flow.written(50) == [])
        #expect(flow.written(1) == ["b"])
        #expect(flow.written(50) == [])
    }

    @Test func whoWaitsHearsOfTheEndAndNobodyWaitsAfterIt() {
        var flow = StreamFlow<String>(highWater: 1)
        #expect(flow.write(5) && flow.wait(flow.ticket(), "a"))
        #expect(flow.end() == ["a"])
        #expect(!flow.write(1) && !flow.wait(flow.ticket(), "b"))
    }

    @Test func whoGivesUpIsNotToldAgain() {
        var flow = StreamFlow<String>(highWater: 1)
        let ticket = flow.ticket()
        #expect(flow.write(5) && flow.wait(ticket, "a"))
        #expect(flow.giveUp(ticket) == "a" && flow.giveUp(ticket) == nil)
        #expect(flow.written(5) == [])
    }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadFlow
import Testing

@Suite struct RunStatisticsTests {
    @Test func totalsAreSumsAndUnknownWhenAPartIs() {
        let meter = RunMeter(flow: "f")
        meter.update {
            $0[stream: "a"].recordsRead += 3
            $0[stream: "a"].batchesTotal = 2
            $0[stream: "b"].recordsRead += 4
            $0[destination: "x"].recordsWritten += 5
        }
        #expect(meter.snapshot.recordsRead == 7)
        #expect(meter.snapshot.recordsWritten == 5)
        #expect(meter.snapshot.batchesTotal == nil)
        meter.update { $0[stream: "b"].batchesTotal = 3 }
        #expect(meter.snapshot.batchesTotal == 5)
    }

    @Test func aStopRequestCallsEachHandlerOnce() async {
        let stop = StopRequest()
        await confirmation(expectedCount: 2) { called in
            stop.onRequest { called() }
            #expect(!stop.isRequested)
            stop.request()
            stop.request()
            stop.onRequest { called() }
        }
        #expect(stop.isRequested)
    }
}

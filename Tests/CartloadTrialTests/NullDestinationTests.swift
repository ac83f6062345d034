// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadTrial
import Testing

@Suite struct NullDestinationTests {
    @Test func aRunIntoNothingCountsWhatItRead() async throws {
        let fields = [
            GeneratedField("id", .sequence(start: 1, step: 1)),
            GeneratedField("even", .integer(0...1)),
        ]
        let source = GeneratorSource(GeneratorOptions(fields: fields, records: 1000))
        let link = Link("null", source: source, outlets: [Outlet("null", NullDestination())])
        let run = FlowRun(link)
        try await run.run()
        #expect(run.meter.snapshot.recordsRead == 1000)
        #expect(run.meter.snapshot.recordsWritten == 1000)
    }
}

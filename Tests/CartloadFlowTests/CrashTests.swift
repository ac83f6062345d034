// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadTesting
import Testing

/// A crash at every step of a run, and of the run after it: every record is in every destination exactly once (I2, I3).
@Suite struct CrashTests {
    /// Destinations of a run, by what they are: `t` with transactions, `f` without.
    struct Places {
        let tables: [MemoryDestination]
        let logs: [LogDestination]
        let store = MemoryCheckpointStore()
        let shape: String

        init(_ shape: String) {
            self.shape = shape
            tables = shape.filter { $0 == "t" }.map { _ in MemoryDestination() }
            logs = shape.filter { $0 == "f" }.map { _ in LogDestination(faults: Faults()) }
        }

        func outlets(_ faults: Faults) -> [Outlet] {
            var tables = tables[...]
            var logs = logs[...]
            return shape.enumerated().compactMap { number, kind in
                if kind == "t" {
                    return tables.popFirst().map { Outlet("\(number)", FaultyDestination(base: $0, faults: faults)) }
                }
                return logs.popFirst().map { Outlet("\(number)", LogDestination(faults: faults, sharing: $0)) }
            }
        }

        func run(_ source: any Source, _ faults: Faults, keepsState: Bool = true) async throws {
            let link = Link(
                "crash", source: source, outlets: outlets(faults),
                interval: CheckpointInterval(records: 1, duration: nil)
            )
            try await FlowRun(
                link, store: FaultyStore(base: store, faults: faults),
                options: EngineOptions(workers: 2, keepsState: keepsState, clock: ManualClock().runClock),
                meter: RunMeter(flow: "crash")
            ).run()
        }

        var contents: [[Int?]] {
            (tables.map { $0.records(of: "numbers") } + logs.map(\.records)).map { $0.map { $0["id"]?.intValue } }
        }
    }

    static let source = MemorySource(
        "numbers",
        (0..<3).map { batch in
            RecordBatch(records: (0..<4).map { JSONObject([("id", .int(batch * 4 + $0))]) })
        })

    @Test(arguments: ["t", "f", "tf", "ft", "tt", "tft", "ttf", "tff"])
    func everyRecordIsEverywhereOnce(shape: String) async throws {
        let whole = Faults()
        try await Places(shape).run(Self.source, whole)
        #expect(whole.steps > 6)
        let wanted = shape.map { _ in (0..<12).map(Int?.some) }
        for first in 1...whole.steps {
            for second in stride(from: 1 + first % 13, through: whole.steps + 1, by: 13) {
                let places = Places(shape)
                await #expect(throws: Faults.Crash.self) { try await places.run(Self.source, Faults(crash: first)) }
                try? await places.run(Self.source, Faults(crash: second))
                try await places.run(Self.source, Faults())
                #expect(places.contents == wanted, "crashes at steps \(first) and \(second)")
                // And nothing more happens in a run after that.
                try await places.run(Self.source, Faults())
                #expect(places.contents == wanted, "crashes at steps \(first) and \(second), and once more")
            }
        }
    }

    @Test func aPlaceThatIsAheadAndNeverReachedAgainIsAnError() async throws {
        let places = Places("tt")
        let whole = Faults()
        try await Places("tt").run(Self.source, whole)
        var hasDiverged = false
        for step in 1...whole.steps {
            let places = Places("tt")
            try? await places.run(Self.source, Faults(crash: step))
            // The input is another one now, without a place where the first destination is.
            do {
                try await places.run(MemorySource("numbers", []), Faults())
            } catch let error as CartloadError {
                #expect(error.code == .stateDiverged)
                hasDiverged = true
            }
        }
        #expect(hasDiverged)
        _ = places
    }
}

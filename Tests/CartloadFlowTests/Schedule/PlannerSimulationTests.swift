// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite struct PlannerSimulationTests {
    /// Three lives of four years each run with every test; `CARTLOAD_SIMULATIONS` in a test plan may ask for more.
    @Test(arguments: (0..<3).map { _ in UInt64.random(in: 0...UInt64.max) })
    func yearsOfAPlannerAreWhatTheOracleSays(seed: UInt64) throws {
        let simulation = try PlannerSimulation(seed: seed, jobs: 8, years: 4)
        for (job, oracle) in simulation.oracles.enumerated() {
            let difference = zip(simulation.logs[job], oracle.log).first { $0 != $1 }
            #expect(
                simulation.logs[job] == oracle.log,
                "seed \(seed), \(simulation.names[job]): \(difference.map { "\($0)" } ?? "one is longer")")
        }
        #expect(simulation.repeats.isEmpty, "seed \(seed)")
        let counts = simulation.counts
        #expect(counts.starts > 1000 && counts.restarts > 3 && counts.wallSets > 3, "seed \(seed): \(counts)")
    }
}

// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite struct PlannerSimulationTests {
    /// Three lives of two years each, with every run of the tests; a failure names its seed.
    @Test(arguments: (0..<3).map { _ in UInt64.random(in: 0...UInt64.max) })
    func yearsOfAPlannerAreWhatTheOracleSays(seed: UInt64) throws {
        let simulation = try PlannerSimulation(seed: seed, jobs: 8, years: 2)
        for (job, oracle) in simulation.oracles.enumerated() {
            let difference = zip(simulation.logs[job], oracle.log).first { $0 != $1 }
            #expect(
                simulation.logs[job] == oracle.log,
                "seed \(seed), \(simulation.names[job]): \(difference.map { "\($0)" } ?? "one is longer")")
        }
        #expect(simulation.repeats.isEmpty, "seed \(seed)")
        let counts = simulation.counts
        #expect(counts.starts > 1000 && counts.restarts > 1 && counts.wallSets > 1, "seed \(seed): \(counts)")
    }
}

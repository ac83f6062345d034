// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadTesting
import Testing

@Suite struct CronOracleTests {
    @Test(arguments: [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca",
        "America/St_Johns", "Pacific/Apia",
    ])
    func theTimesAreThoseOfAWalkOverEveryMinute(zone: String) throws {
        let rules = try TimeZoneRules(zone)
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        // Half of the walks begin shortly before a change of clocks.
        let changes = changes(in: rules)
        var compared = 0
        for _ in 0..<60 {
            let oracle = CronOracle(&random)
            guard let expression = try? CronExpression(oracle.text) else { continue }
            var from = Int.random(in: 18_262 * 1440...36_524 * 1440, using: &random)
            if Bool.random(using: &random), let change = changes.randomElement(using: &random) {
                from = change - Int.random(in: 0...2880, using: &random)
            }
            let until = from + 5 * 1440
            let expected = oracle.times(from: from, until: until, in: rules)
            var found: [Instant] = []
            var next = expression.next(after: Instant(seconds: Int64(from * 60 - 1)), in: rules)
            while let time = next, time < Instant(seconds: Int64(until * 60)) {
                found.append(time)
                next = expression.next(after: time, in: rules)
            }
            #expect(found == expected, "\(oracle.text) in \(zone) from \(from), seed \(seed)")
            compared += expected.count
        }
        #expect(compared > 0, "seed \(seed)")
    }

    /// The minutes since 1970 from 2005 to 2060 at which clocks are changed.
    private func changes(in zone: TimeZoneRules) -> [Int] {
        let hours = 12_784 * 24..<32_872 * 24
        func east(_ hour: Int) -> Int { zone.secondsEast(at: Instant(seconds: Int64(hour * 3600))) }
        var changes: [Int] = []
        var before = east(hours.lowerBound)
        for hour in hours {
            let now = east(hour)
            if now != before { changes.append(hour * 60) }
            before = now
        }
        return changes
    }
}

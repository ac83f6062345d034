// SPDX-License-Identifier: Apache-2.0

import CartloadTesting
import Foundation
import Testing

@testable import CartloadCore

@Suite struct InstantTests {
    @Test(arguments: 0..<20) func `Every instant is written and read back`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<500 {
            let range = Instant.earliest.microseconds...Instant.latest.microseconds
            var value = Int64.random(in: range, using: &random)
            if Bool.random(using: &random) { value -= value % 1_000_000 }
            let instant = Instant(microseconds: value)
            #expect(Instant(instant.description) == instant, "seed \(seed): \(instant)")
        }
    }

    @Test(
        arguments: [
            ("2024-02-29", 1_709_164_800_000_000), ("1970-01-01T00:00Z", 0), ("1969-12-31 23:59:59.5", -500_000),
            ("2024-03-05T06:00:00+01:00", 1_709_614_800_000_000), ("2024-03-05T06:00:00-0130", 1_709_623_800_000_000),
            ("2024-03-05T06:00:00.123456789Z", 1_709_618_400_123_456),
        ] as [(String, Int64)])
    func `Times in the forms of ISO 8601 are read`(text: String, microseconds: Int64) {
        #expect(Instant(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2024", "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "0000-01-01", "2024-01-01T24:00",
        "2024-01-01T10", "2024-01-01T10:60", "2024-01-01T10:00:60", "2024-01-01T10:00:00.", "2024-01-01T10:00Zx",
        "2024-01-01T10:00+", "2024-01-01T10:00+25", "٢٠٢٤-01-01", "2024-01-01T10:00:00.1234567890", "-024-01-01",
    ])
    func `What is no time is refused`(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test func `Sums stay within the years`() {
        #expect(Instant.latest + .seconds(1) == .latest)
        #expect(Instant.earliest - .seconds(Int64.max) == .earliest)
        #expect(Instant.earliest - .seconds(Int64.min) == .latest)
        #expect(Instant(seconds: .max) == .latest)
        #expect(Instant.latest.description == "9999-12-31T23:59:59.999999Z")
        #expect(Instant.earliest.description == "0001-01-01T00:00:00Z")
    }

    @Test func `Dates agree with the system's calendar`() {
        for days in stride(from: -719_162, through: 2_932_896, by: 97) {
            var seconds = time_t(days * 86_400)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            let date = GregorianDate(days: days)
            #expect(
                date == GregorianDate(Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)))
            #expect(date.days == days)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import Testing

@Suite struct ScheduleTests {
    @Test(arguments: [
        (Duration.zero, "0.0 seconds"), (.seconds(-5), "-5.0 seconds"), (.microseconds(999), "0.000999 seconds"),
        (.seconds(10 * 367 * 86_400), "317088000.0 seconds"),
    ])
    func anIntervalOutsideTheBoundsIsRefused(interval: Duration, text: String) {
        let error = #expect(throws: CartloadError.self) { try Schedule(.interval(interval)) }
        #expect(error?.code == .schedule)
        #expect(error?.message.hasPrefix("\(text) is not between") == true)
        #expect(error?.location.field == "interval")
    }

    @Test(arguments: [
        ("overlap", Schedule.Overlap.allow(0), Schedule.Missed.skip, Duration.zero, Duration?.none),
        ("overlap", .allow(65), .skip, .zero, nil),
        ("missed", .skip, .runAll(0), .zero, nil),
        ("missed", .skip, .runAll(1001), .zero, nil),
        ("jitter", .skip, .skip, .seconds(-1), nil),
        ("jitter", .skip, .skip, .seconds(60), nil),
        ("timeout", .skip, .skip, .zero, .zero),
        ("timeout", .skip, .skip, .zero, .seconds(-1)),
    ])
    func whatContradictsItselfIsRefused(
        field: String, overlap: Schedule.Overlap, missed: Schedule.Missed, jitter: Duration, timeout: Duration?
    ) {
        let error = #expect(throws: CartloadError.self) {
            try Schedule(.interval(.seconds(60)), overlap: overlap, missed: missed, jitter: jitter, timeout: timeout)
        }
        #expect(error?.code == .schedule)
        #expect(error?.location.field == field)
    }

    @Test func aDayOfJitterIsTheMostWithoutAnInterval() throws {
        _ = try Schedule(.manual, jitter: .seconds(86_400))
        #expect(throws: CartloadError.self) { try Schedule(.manual, jitter: .seconds(86_401)) }
    }
}

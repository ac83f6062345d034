// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import Testing

@Suite struct CronExpressionTests {
    /// The first times after a moment, as text.
    private func times(_ cron: String, _ zone: String, after: String, count: Int) throws -> [String] {
        let expression = try CronExpression(cron)
        let rules = try TimeZoneRules(zone)
        var instant = try #require(Instant(after))
        var times: [String] = []
        for _ in 0..<count {
            guard let next = expression.next(after: instant, in: rules) else { break }
            times.append(next.description)
            instant = next
        }
        return times
    }

    @Test(arguments: [
        ("* * * * *", "2026-03-05T06:00:00Z", "2026-03-05T06:01:00Z"),
        ("* * * * *", "2026-03-05T05:59:59.999999Z", "2026-03-05T06:00:00Z"),
        ("*/15 * * * *", "2026-03-05T06:00:00Z", "2026-03-05T06:15:00Z"),
        ("5/20 * * * *", "2026-03-05T06:26:00Z", "2026-03-05T06:45:00Z"),
        ("30 4 * * *", "2026-03-05T04:30:00Z", "2026-03-06T04:30:00Z"),
        ("0 8-18/2 * * *", "2026-03-05T18:00:00Z", "2026-03-06T08:00:00Z"),
        ("0 0 1 1 *", "2026-03-05T06:00:00Z", "2027-01-01T00:00:00Z"),
        ("0 0 29 2 *", "2026-03-05T06:00:00Z", "2028-02-29T00:00:00Z"),
        ("0 0 31 * *", "2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"),
        ("0 0 * * mon-fri", "2026-03-06T00:00:00Z", "2026-03-09T00:00:00Z"),
        ("0 0 * * 7", "2026-03-05T00:00:00Z", "2026-03-08T00:00:00Z"),
        ("0 0 * * fri-sun", "2026-03-08T00:00:00Z", "2026-03-13T00:00:00Z"),
        ("0 0 * JAN,Dec *", "2026-03-05T06:00:00Z", "2026-12-01T00:00:00Z"),
        ("*/20 30 4 * * *", "2026-03-05T04:30:20Z", "2026-03-05T04:30:40Z"),
        ("59 59 23 31 12 *", "2026-03-05T04:30:20Z", "2026-12-31T23:59:59Z"),
        ("@hourly", "2026-03-05T06:00:00Z", "2026-03-05T07:00:00Z"),
        ("@Daily", "2026-03-05T06:00:00Z", "2026-03-06T00:00:00Z"),
        ("@weekly", "2026-03-05T06:00:00Z", "2026-03-08T00:00:00Z"),
        ("@monthly", "2026-03-05T06:00:00Z", "2026-04-01T00:00:00Z"),
        ("@yearly", "2026-03-05T06:00:00Z", "2027-01-01T00:00:00Z"),
        // Both days restricted: either is enough. A field that begins with * does not restrict.
        ("0 0 13 * fri", "2026-03-01T00:00:00Z", "2026-03-06T00:00:00Z"),
        ("0 0 13 * fri", "2026-04-10T00:00:00Z", "2026-04-13T00:00:00Z"),
        ("0 0 30 2 mon", "2026-02-03T00:00:00Z", "2026-02-09T00:00:00Z"),
        ("0 0 */13 * fri", "2026-02-01T00:00:00Z", "2026-02-27T00:00:00Z"),
        ("0 0 29 2 */2", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("0 0 29 2 */6", "2033-01-01T00:00:00Z", "2048-02-29T00:00:00Z"),
    ])
    func theNextTimeInUTC(cron: String, after: String, next: String) throws {
        #expect(try times(cron, "UTC", after: after, count: 1) == [next])
    }

    /// Berlin: 2026-03-29 01:00Z forward from 02:00, 2026-10-25 01:00Z back from 03:00.
    /// New York: 2026-03-08 07:00Z forward from 02:00, 2026-11-01 06:00Z back from 02:00.
    /// Lord Howe, half an hour: 2026-10-03 15:30Z forward from 02:00, 2026-04-04 15:00Z back from 02:00.
    @Test(arguments: [
        // What the gap skips comes once, at its end.
        (
            "30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z",
            ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]
        ),
        (
            "*/10 2 * * *", "Europe/Berlin", "2026-03-28T23:00:00Z",
            ["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z", "2026-03-30T00:10:00Z"]
        ),
        ("0 2,3 * * *", "Europe/Berlin", "2026-03-28T23:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"]),
        ("30 2 29 3 *", "Europe/Berlin", "2026-01-01T00:00:00Z", ["2026-03-29T01:00:00Z", "2027-03-29T00:30:00Z"]),
        ("30 2 * * *", "America/New_York", "2026-03-08T00:00:00Z", ["2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"]),
        (
            "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z",
            ["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"]
        ),
        (
            "45 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z",
            ["2026-10-03T15:45:00Z", "2026-10-04T15:45:00Z"]
        ),
        // What is shown twice comes at the first.
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
        (
            "0,30 2-3 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z",
            ["2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z", "2026-10-25T02:30:00Z"]
        ),
        ("30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z", ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]),
        // From within the second showing, the next is a day later.
        ("30 1 * * *", "America/New_York", "2026-11-01T06:10:00Z", ["2026-11-02T06:30:00Z"]),
        (
            "45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z",
            ["2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"]
        ),
        // Rhythms are read off the clock.
        (
            "30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z",
            ["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"]
        ),
        ("0 */2 * * *", "Europe/Berlin", "2026-03-28T23:00:00Z", ["2026-03-29T02:00:00Z", "2026-03-29T04:00:00Z"]),
        (
            "30 * * * *", "Europe/Berlin", "2026-10-24T23:40:00Z",
            ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"]
        ),
        (
            "0 */2 * * *", "Europe/Berlin", "2026-10-24T22:00:00Z",
            ["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T03:00:00Z"]
        ),
        (
            "0 0-23 * * *", "Europe/Berlin", "2026-10-24T23:00:00Z",
            ["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"]
        ),
        (
            "*/15 * * * *", "Australia/Lord_Howe", "2026-04-04T14:40:00Z",
            ["2026-04-04T14:45:00Z", "2026-04-04T15:00:00Z", "2026-04-04T15:15:00Z", "2026-04-04T15:30:00Z"]
        ),
        ("0 * * * *", "Australia/Lord_Howe", "2026-10-03T14:30:00Z", ["2026-10-03T16:00:00Z"]),
        // A whole day that a zone left out, and years for which the zone has a rule instead of dates.
        ("0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", ["2011-12-30T10:00:00Z", "2012-12-29T22:00:00Z"]),
        ("30 2 * * *", "Europe/Berlin", "2150-03-28T12:00:00Z", ["2150-03-29T01:00:00Z", "2150-03-30T00:30:00Z"]),
    ])
    func whereClocksAreChanged(cron: String, zone: String, after: String, expected: [String]) throws {
        #expect(try times(cron, zone, after: after, count: expected.count) == expected)
    }

    @Test func thereIsNothingAfterTheLastYear() throws {
        #expect(try times("0 0 1 1 *", "UTC", after: "9998-06-01T00:00:00Z", count: 3) == ["9999-01-01T00:00:00Z"])
        #expect(try CronExpression("* * * * *").next(after: .latest, in: .utc) == nil)
        #expect(try CronExpression("0 0 * * *").next(after: .earliest, in: .utc)?.description == "0001-01-02T00:00:00Z")
    }

    @Test(arguments: [
        ("", "a cron expression has 5 fields, or 6 with seconds, but \"\" has 0"),
        ("* * * *", "a cron expression has 5 fields, or 6 with seconds, but \"* * * *\" has 4"),
        ("* * * * * * *", "a cron expression has 5 fields, or 6 with seconds, but \"* * * * * * *\" has 7"),
        ("61 * * * *", "byte 0, field \"minute\": \"61\" is no minute"),
        ("0  24 * * *", "byte 3, field \"hour\": \"24\" is no hour"),
        ("0 0 0 * *", "byte 4, field \"day of the month\": \"0\" is no day of the month"),
        ("0 0 * foo *", "byte 6, field \"month\": \"foo\" is no month"),
        ("0 0 * * 8", "byte 8, field \"day of the week\": \"8\" is no day of the week"),
        ("0 0 * * mo", "byte 8, field \"day of the week\": \"mo\" is no day of the week"),
        ("0 0 L * *", "byte 4, field \"day of the month\": \"L\" is no day of the month"),
        ("60 * * * * *", "byte 0, field \"second\": \"60\" is no second"),
        ("1,,2 * * * *", "byte 2, field \"minute\": a value is missing"),
        ("-1 * * * *", "byte 0, field \"minute\": a value is missing"),
        ("5-1 * * * *", "byte 0, field \"minute\": the range \"5-1\" runs backwards"),
        ("0,*/0 * * * *", "byte 2, field \"minute\": \"0\" is no step"),
        ("*/x * * * *", "byte 0, field \"minute\": \"x\" is no step"),
        ("*/60 * * * *", "byte 0, field \"minute\": a step of 60 never gets past 0"),
        ("1/2/3 * * * *", "byte 0, field \"minute\": \"2/3\" is no step"),
        ("99999999999999999999 * * * *", "byte 0, field \"minute\": \"99999999999999999999\" is no minute"),
        ("@noon", "byte 0: \"@noon\" is no nickname of a time"),
        ("@reboot", "byte 0: \"@reboot\" is no nickname of a time"),
        ("0 0 30 2 *", "byte 4, field \"day of the month\": \"0 0 30 2 *\" names a day that none of its months has"),
        (
            "0 0 31 4,6,9,11 *",
            "byte 4, field \"day of the month\": \"0 0 31 4,6,9,11 *\" names a day that none of its months has"
        ),
        (
            "0 0 0 30 2 */2",
            "byte 6, field \"day of the month\": \"0 0 0 30 2 */2\" names a day that none of its months has"
        ),
    ])
    func whatIsWrongIsSaidAndWhere(cron: String, message: String) {
        let error = #expect(throws: CartloadError.self) { try CronExpression(cron) }
        #expect(error?.code == .cron)
        #expect(error?.description.hasPrefix(message + " [flow.cron]\n") == true, "\(error?.description ?? "")")
    }

    @Test func aLongTextIsRefused() {
        let error = #expect(throws: CartloadError.self) {
            try CronExpression(String(repeating: "1,", count: 200) + "1 * * * *")
        }
        #expect(error?.code == .cron)
    }

    @Test func theTextIsKeptWithSingleSpaces() throws {
        #expect(try CronExpression(" 0\t4  * *   mon ").description == "0 4 * * mon")
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Times of day and days of the calendar, as cron writes them: `30 4 * * mon-fri`, `*/10 * * * *`, `@daily`.
///
/// Five fields: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday). With six, the first is the
/// second. A field is `*` or a list of values, ranges (`1-5`) and steps (`*/15`, `8-18/2`, `5/20`); months and weekdays
/// may be named. `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly` stand for what they say.
///
/// Where both the day of the month and the day of the week are restricted, either is enough, as in Vixie's cron; a field
/// that begins with `*` does not restrict. ``next(after:in:)`` says what happens when clocks are changed.
public struct CronExpression: Sendable, Hashable {
    /// Longer texts are refused (I7).
    static let maximumBytes = 256

    let second: CronField
    let minute: CronField
    let hour: CronField
    let day: CronField
    let month: CronField
    let weekday: CronField
    /// As it was written, with single spaces.
    private let text: String

    /// Whether the hours are a rhythm (`*`, `*/2`, `8-18/2`) rather than times of day, which matters when clocks are changed.
    var isHourly: Bool { hour.isRhythm }

    /// - Throws: `CartloadError` with code `flow.cron`, which names the field and the byte, also for an expression whose
    ///   day no month has, such as `0 0 30 2 *`.
    public init(_ text: String) throws {
        var parser = try CronParser(text)
        let fields = try parser.parse()
        second = fields[0]
        minute = fields[1]
        hour = fields[2]
        day = fields[3]
        month = fields[4]
        weekday = fields[5]
        self.text = parser.text
        guard happens else {
            throw CartloadError(
                .cron, "\"\(self.text)\" names a day that none of its months has", at: parser.location(ofField: 3),
                advice: "It would never run; choose another day or month.")
        }
    }

    /// Whether the day of the month and the day of the week suffice each on its own.
    var isEitherDay: Bool { !day.isStarred && !weekday.isStarred }

    private var happens: Bool {
        if isEitherDay { return true }
        // A leap day falls on every weekday once in 400 years, so the weekday never makes a day impossible.
        let first = day.first(from: 1) ?? 32
        return (1...12).contains { month.contains($0) && first <= GregorianDate(2000, $0, 1).lengthOfMonth }
    }
}

extension CronExpression: CustomStringConvertible {
    public var description: String { text }
}

// SPDX-License-Identifier: Apache-2.0

/// The instants at which time windows of one step and zone begin.
///
/// Days, weeks (from Monday), months and years begin at midnight of the zone, whatever that day's length; several of them
/// are counted from 1970-01-01, 1970-01-05, and the year 0. Minutes and hours have their full length and are counted anew
/// from each midnight, so that only the last window of a day can be shorter.
struct TimeGrid: Sendable {
    let step: TimeStep
    let zone: TimeZoneRules
    /// The day that minutes and hours were last counted in.
    private var day: (from: Instant, to: Instant)?

    init(_ step: TimeStep, _ zone: TimeZoneRules) {
        self.step = step
        self.zone = zone
    }

    /// The window of the grid that a moment lies in; its end belongs to the next.
    mutating func cell(at instant: Instant) -> (from: Instant, to: Instant) {
        let length: Int64
        switch step.unit {
        case .minute: length = Int64(step.count) * 60_000_000
        case .hour: length = Int64(step.count) * 3_600_000_000
        default: return calendarCell(at: instant, step.unit, step.count)
        }
        var day = day ?? calendarCell(at: instant, .day, 1)
        if instant < day.from || instant >= day.to { day = calendarCell(at: instant, .day, 1) }
        self.day = day
        let index = (instant.microseconds - day.from.microseconds) / length
        let from = Instant(microseconds: day.from.microseconds + index * length)
        return (from, min(Instant(microseconds: from.microseconds + length), day.to))
    }

    private func calendarCell(at instant: Instant, _ unit: TimeStep.Unit, _ count: Int) -> (from: Instant, to: Instant)
    {
        let local = (instant.seconds + zone.secondsEast(at: instant)).flooredQuotient(86_400)
        var index = TimeGrid.index(ofDay: local, unit, count)
        // Clocks that are put back over midnight show a day again that has ended.
        while begin(index + 1, unit, count) <= instant, instant < .latest { index += 1 }
        while begin(index, unit, count) > instant { index -= 1 }
        return (begin(index, unit, count), begin(index + 1, unit, count))
    }

    private func begin(_ index: Int, _ unit: TimeStep.Unit, _ count: Int) -> Instant {
        zone.instant(ofLocal: TimeGrid.firstDay(index * count, unit) * 86_400)
    }

    private static func index(ofDay day: Int, _ unit: TimeStep.Unit, _ count: Int) -> Int {
        let number =
            switch unit {
            case .week: (day - 4).flooredQuotient(7)
            case .month: GregorianDate(days: day).year * 12 + GregorianDate(days: day).month - 1
            case .year: GregorianDate(days: day).year
            case .minute, .hour, .day: day
            }
        return number.flooredQuotient(count)
    }

    /// The first day of the nth week, month, …
    private static func firstDay(_ number: Int, _ unit: TimeStep.Unit) -> Int {
        switch unit {
        case .week: return 4 + number * 7
        case .month:
            let year = number.flooredQuotient(12)
            return GregorianDate(year, number - year * 12 + 1, 1).days
        case .year: return GregorianDate(number, 1, 1).days
        case .minute, .hour, .day: return number
        }
    }
}

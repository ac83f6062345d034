// SPDX-License-Identifier: Apache-2.0

/// The rule of a zone for all years to come, as the tz database writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct RecurringZone: Sendable, Hashable {
    /// A day of the year and a local time on it.
    struct Change: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// The nth weekday (0 for Sunday) of a month; 5 is the last.
            case weekday(month: Int, week: Int, weekday: Int)
            /// 1 to 365, February 29 never counted.
            case withoutLeapDay(Int)
            /// 0 to 365.
            case ofYear(Int)
        }

        var day: Day
        /// Seconds after midnight; may be negative or beyond the day.
        var time: Int

        /// In seconds since 1970, as if the local time were UTC.
        func local(_ year: Int) -> Int {
            let january = GregorianDate(year, 1, 1)
            let days: Int
            switch day {
            case .ofYear(let number): days = january.days + number
            case .withoutLeapDay(let number):
                days = january.days + number - 1 + (january.isLeapYear && number >= 60 ? 1 : 0)
            case .weekday(let month, let week, let weekday):
                let first = GregorianDate(year, month, 1)
                // 1970-01-01 was a Thursday.
                let firstWeekday = (first.days + 4) - (first.days + 4).flooredQuotient(7) * 7
                var number = (weekday - firstWeekday + 7) % 7 + 7 * (week - 1)
                while number >= first.lengthOfMonth { number -= 7 }
                days = first.days + number
            }
            return days * 86_400 + time
        }
    }

    struct Daylight: Sendable, Hashable {
        var secondsEast: Int
        var begins: Change
        var ends: Change
    }

    var standard: Int
    var daylight: Daylight?

    func secondsEast(at seconds: Int) -> Int {
        guard let daylight else { return standard }
        let year = GregorianDate(days: (seconds + standard).flooredQuotient(86_400)).year
        let begins = daylight.begins.local(year) - standard
        let ends = daylight.ends.local(year) - daylight.secondsEast
        let isDaylight =
            begins < ends ? (begins..<ends).contains(seconds) : !(ends..<begins).contains(seconds)
        return isDaylight ? daylight.secondsEast : standard
    }
}

extension RecurringZone {
    /// nil when the text is not such a rule.
    init?(parsing text: Substring) {
        var rest = text.utf8[...]
        guard RecurringZone.skipName(&rest), let west = RecurringZone.time(&rest) else { return nil }
        standard = -west
        guard !rest.isEmpty else { return }
        guard RecurringZone.skipName(&rest) else { return nil }
        var east = standard + 3600
        if rest.first != UInt8(ascii: ",") {
            guard let west = RecurringZone.time(&rest) else { return nil }
            east = -west
        }
        guard let begins = RecurringZone.change(&rest), let ends = RecurringZone.change(&rest), rest.isEmpty else {
            return nil
        }
        daylight = Daylight(secondsEast: east, begins: begins, ends: ends)
    }

    private typealias Rest = Substring.UTF8View.SubSequence

    private static func skip(_ rest: inout Rest, _ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private static func skipName(_ rest: inout Rest) -> Bool {
        if skip(&rest, "<") {
            rest = rest.drop { $0 != UInt8(ascii: ">") }
            return skip(&rest, ">")
        }
        let count = rest.prefix { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") }.count
        rest.removeFirst(count)
        return count >= 3
    }

    private static func number(_ rest: inout Rest) -> Int? {
        let digits = rest.prefix { $0 &- 48 < 10 }
        guard (1...3).contains(digits.count) else { return nil }
        rest.removeFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    /// `[+-]h[h[h]][:mm[:ss]]`
    private static func time(_ rest: inout Rest) -> Int? {
        let sign = skip(&rest, "-") ? -1 : 1
        if sign == 1 { _ = skip(&rest, "+") }
        guard let hours = number(&rest), hours <= 167 else { return nil }
        var seconds = hours * 3600
        for unit in [60, 1] where skip(&rest, ":") {
            guard let value = number(&rest), value < 60 else { return nil }
            seconds += value * unit
        }
        return sign * seconds
    }

    private static func change(_ rest: inout Rest) -> Change? {
        guard skip(&rest, ",") else { return nil }
        var day: Change.Day
        if skip(&rest, "M") {
            guard let month = number(&rest), (1...12).contains(month), skip(&rest, "."), let week = number(&rest),
                (1...5).contains(week), skip(&rest, "."), let weekday = number(&rest), weekday <= 6
            else { return nil }
            day = .weekday(month: month, week: week, weekday: weekday)
        } else if skip(&rest, "J") {
            guard let number = number(&rest), (1...365).contains(number) else { return nil }
            day = .withoutLeapDay(number)
        } else {
            guard let number = number(&rest), number <= 365 else { return nil }
            day = .ofYear(number)
        }
        guard skip(&rest, "/") else { return Change(day: day, time: 7200) }
        return time(&rest).map { Change(day: day, time: $0) }
    }
}

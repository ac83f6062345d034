// SPDX-License-Identifier: Apache-2.0

/// The Gregorian calendar in days and microseconds since 1970, UTC.
enum Calendar {
    static let microsecondsPerDay: Int64 = 86_400_000_000

    struct Day {
        var year: Int64
        var month: Int64
        var day: Int64
    }

    /// Days since 1970 of a date of the proleptic Gregorian calendar.
    @inline(__always)
    static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        // Years start in March here, so that the leap day is the last one; eras are 400 years.
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year &- era &* 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era &* 146_097 &+ (yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468)
    }

    @inline(__always)
    static func day(_ days: Int64) -> Day {
        let shifted = days &+ 719_468  // any 64 bits may come from a source: wrong dates, but no trap
        let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
        let dayOfEra = shifted &- era &* 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        return Day(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    static func length(ofMonth month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day of a moment, rounding down.
    @inline(__always)
    static func day(ofMicroseconds value: Int64) -> Int64 {
        let day = value / microsecondsPerDay
        return value % microsecondsPerDay < 0 ? day - 1 : day
    }
}

extension Calendar {
    /// A part of a date and time that can be asked for or truncated to.
    enum Part: Sendable {
        case microsecond, millisecond, second, minute, hour, day, week, month, quarter, year, decade, century
        case dayOfWeek, isoDayOfWeek, dayOfYear

        init?(_ name: String) {
            switch name.lowercased() {
            case "microsecond", "microseconds", "us": self = .microsecond
            case "millisecond", "milliseconds", "ms": self = .millisecond
            case "second", "seconds", "s": self = .second
            case "minute", "minutes", "m": self = .minute
            case "hour", "hours", "h": self = .hour
            case "day", "days", "d": self = .day
            case "week", "weeks", "w": self = .week
            case "month", "months", "mon": self = .month
            case "quarter", "quarters": self = .quarter
            case "year", "years", "y": self = .year
            case "decade", "decades": self = .decade
            case "century", "centuries": self = .century
            case "dayofweek", "dow", "weekday": self = .dayOfWeek
            case "isodow": self = .isoDayOfWeek
            case "dayofyear", "doy": self = .dayOfYear
            default: return nil
            }
        }
    }

    /// The Monday on or before a day.
    static func monday(_ days: Int64) -> Int64 { days &- isoWeekday(days) &+ 1 }

    /// 1 for Monday to 7 for Sunday.
    static func isoWeekday(_ days: Int64) -> Int64 {
        let shifted = (days &+ 3) % 7
        return (shifted < 0 ? shifted + 7 : shifted) + 1
    }

    /// The week of the year by ISO 8601.
    static func isoWeek(_ days: Int64) -> (year: Int64, week: Int64) {
        let thursday = monday(days) &+ 3
        let year = day(thursday).year
        return (year, (thursday &- Calendar.days(year, 1, 1)) / 7 + 1)
    }

    static func value(of part: Part, days: Int64, time: Int64) -> Int64 {
        switch part {
        case .microsecond: return time % 60_000_000
        case .millisecond: return time % 60_000_000 / 1000
        case .second: return time / 1_000_000 % 60
        case .minute: return time / 60_000_000 % 60
        case .hour: return time / 3_600_000_000
        case .day: return day(days).day
        case .week: return isoWeek(days).week
        case .month: return day(days).month
        case .quarter: return (day(days).month - 1) / 3 + 1
        case .year: return day(days).year
        case .decade: return day(days).year / 10
        case .century:
            let year = day(days).year
            return year > 0 ? (year - 1) / 100 + 1 : year / 100 - 1
        case .dayOfWeek: return isoWeekday(days) % 7
        case .isoDayOfWeek: return isoWeekday(days)
        case .dayOfYear: return days &- Calendar.days(day(days).year, 1, 1) &+ 1
        }
    }

    /// A moment cut down to the start of its part.
    static func truncated(_ value: Int64, to part: Part) -> Int64 {
        let days = day(ofMicroseconds: value)
        let time = value &- days &* microsecondsPerDay
        func start(_ days: Int64) -> Int64 { days &* microsecondsPerDay }
        switch part {
        case .microsecond: return value
        case .millisecond: return value &- time % 1000
        case .second: return value &- time % 1_000_000
        case .minute: return value &- time % 60_000_000
        case .hour: return value &- time % 3_600_000_000
        case .day, .dayOfWeek, .isoDayOfWeek, .dayOfYear: return start(days)
        case .week: return start(monday(days))
        case .month: return start(days &- day(days).day &+ 1)
        case .quarter:
            let date = day(days)
            return start(Calendar.days(date.year, (date.month - 1) / 3 * 3 + 1, 1))
        case .year: return start(Calendar.days(day(days).year, 1, 1))
        case .decade: return start(Calendar.days(day(days).year / 10 * 10, 1, 1))
        case .century: return start(Calendar.days(day(days).year / 100 * 100, 1, 1))
        }
    }

    /// How many boundaries of a part lie between two moments.
    static func difference(_ part: Part, _ from: Int64, _ to: Int64) -> Int64 {
        func floored(_ value: Int64, _ unit: Int64) -> Int64 {
            let quotient = value / unit
            return value % unit < 0 ? quotient - 1 : quotient
        }
        func months(_ value: Int64) -> Int64 {
            let date = day(day(ofMicroseconds: value))
            return date.year * 12 + date.month - 1
        }
        switch part {
        case .microsecond: return to &- from
        case .millisecond: return floored(to, 1000) - floored(from, 1000)
        case .second: return floored(to, 1_000_000) - floored(from, 1_000_000)
        case .minute: return floored(to, 60_000_000) - floored(from, 60_000_000)
        case .hour: return floored(to, 3_600_000_000) - floored(from, 3_600_000_000)
        case .day, .dayOfWeek, .isoDayOfWeek, .dayOfYear: return day(ofMicroseconds: to) - day(ofMicroseconds: from)
        case .week: return (day(ofMicroseconds: to) - day(ofMicroseconds: from)) / 7  // whole weeks, as DuckDB counts
        case .month: return months(to) - months(from)
        case .quarter: return floored(months(to), 3) - floored(months(from), 3)
        case .year: return floored(months(to), 12) - floored(months(from), 12)
        case .decade: return floored(months(to), 120) - floored(months(from), 120)
        case .century: return floored(months(to), 1200) - floored(months(from), 1200)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CronExpression {
    /// The first second after the last year that has dates.
    private static let end = GregorianDate(10_000, 1, 1).days * 86_400

    /// The first time after a moment; nil when there is none before the year 10000.
    ///
    /// Where clocks are put forward, times that they skip happen once, at the end of the gap, however many they are. Where
    /// clocks are put back, times that they show twice happen at the first. Hours that are a rhythm (`*`, `*/2`) are read
    /// off the clock as it goes: nothing for what it skips, twice what it shows twice.
    public func next(after instant: Instant, in zone: TimeZoneRules) -> Instant? {
        var second = instant.seconds + 1
        while second < CronExpression.end {
            let span = zone.span(at: second)
            let east = span.secondsEast
            var from = second + east
            if !isHourly, let begins = span.begins {
                let before = begins + span.secondsEastBefore
                if second == begins, before < begins + east, reading(from: before, before: begins + east) != nil {
                    return Instant(seconds: Int64(begins))
                }
                from = max(from, before)
            }
            let limit = span.ends.map { $0 + east } ?? .max
            if let reading = reading(from: from, before: limit) { return Instant(seconds: Int64(reading - east)) }
            guard let ends = span.ends else { return nil }
            second = ends
        }
        return nil
    }

    /// The first clock reading that matches, in seconds as if clocks showed UTC.
    private func reading(from: Int, before: Int) -> Int? {
        guard from < before else { return nil }
        let lastDay = (min(before, CronExpression.end) - 1).flooredQuotient(86_400)
        var number = from.flooredQuotient(86_400)
        var time = from - number * 86_400
        while number <= lastDay {
            let date = GregorianDate(days: number)
            if !month.contains(date.month) {
                number += date.lengthOfMonth - date.day + 1
            } else {
                if matches(date, number), let found = self.time(from: time) {
                    let reading = number * 86_400 + found
                    return reading < before ? reading : nil
                }
                number += 1
            }
            time = 0
        }
        return nil
    }

    private func matches(_ date: GregorianDate, _ number: Int) -> Bool {
        // 1970-01-01 was a Thursday.
        let shifted = number + 4
        let isWeekday = weekday.contains(shifted - shifted.flooredQuotient(7) * 7)
        return isEitherDay ? day.contains(date.day) || isWeekday : day.contains(date.day) && isWeekday
    }

    /// The first time of day that matches, in seconds after midnight.
    private func time(from: Int) -> Int? {
        let hour = from / 3600
        let minute = from / 60 % 60
        guard let firstMinute = self.minute.first(from: 0), let firstSecond = second.first(from: 0) else { return nil }
        if self.hour.contains(hour) {
            if self.minute.contains(minute), let second = second.first(from: from % 60) {
                return hour * 3600 + minute * 60 + second
            }
            if let minute = self.minute.first(from: minute + 1) { return hour * 3600 + minute * 60 + firstSecond }
        }
        return self.hour.first(from: hour + 1).map { $0 * 3600 + firstMinute * 60 + firstSecond }
    }
}

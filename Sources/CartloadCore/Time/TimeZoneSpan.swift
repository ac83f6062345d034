// SPDX-License-Identifier: Apache-2.0

/// A time through which the clocks of a zone are equally far from UTC.
package struct TimeZoneSpan: Sendable, Hashable {
    /// Its first second since 1970; nil when it always was so.
    package var begins: Int?
    /// The first second after it; nil when it stays so.
    package var ends: Int?
    package var secondsEast: Int
    /// What held until it began.
    package var secondsEastBefore: Int
}

extension TimeZoneRules {
    /// The span that a moment, in seconds since 1970, lies in.
    package func span(at seconds: Int) -> TimeZoneSpan {
        if let last = changes.last, seconds < last {
            var low = 0
            var high = changes.count
            while low < high {
                let middle = (low + high) / 2
                if changes[middle] <= seconds { low = middle + 1 } else { high = middle }
            }
            return span(low == 0 ? nil : changes[low - 1], changes[low])
        }
        guard let future, let daylight = future.daylight else { return span(changes.last, nil) }
        let year = GregorianDate(days: seconds.flooredQuotient(86_400)).year
        var begins = changes.last
        var ends: Int?
        // The rule may put a change a few days outside its year.
        for year in year - 1...year + 1 {
            for change in [
                daylight.begins.local(year) - future.standard, daylight.ends.local(year) - daylight.secondsEast,
            ] where change > changes.last ?? .min {
                if change <= seconds { begins = max(begins ?? change, change) }
                if change > seconds { ends = min(ends ?? change, change) }
            }
        }
        return span(begins, ends)
    }

    private func span(_ begins: Int?, _ ends: Int?) -> TimeZoneSpan {
        let inside = begins ?? ends.map { $0 - 1 } ?? 0
        return TimeZoneSpan(
            begins: begins, ends: ends, secondsEast: secondsEast(at: inside),
            secondsEastBefore: secondsEast(at: begins.map { $0 - 1 } ?? inside))
    }
}

// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadTesting

/// Cron times found by walking every minute, and a random expression to find them for.
struct CronOracle {
    var text: String
    var isHourly: Bool
    var minutes: Set<Int>
    var hours: Set<Int>
    var days: Set<Int>
    var months: Set<Int>
    var weekdays: Set<Int>
    var isEitherDay: Bool

    /// A random expression with minutes as its finest part.
    init(_ random: inout SeededGenerator) {
        func field(_ range: ClosedRange<Int>, _ forms: [Int]) -> (text: String, values: Set<Int>, form: Int) {
            let form = forms.randomElement(using: &random) ?? 0
            switch form {
            case 0: return ("*", Set(range), 0)
            case 1:
                let step = Int.random(in: 1...max(1, (range.upperBound - range.lowerBound) / 2), using: &random)
                return ("*/\(step)", Set(stride(from: range.lowerBound, through: range.upperBound, by: step)), 1)
            case 2:
                let values = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    Int.random(in: range, using: &random)
                }
                return (values.map(String.init).joined(separator: ","), Set(values), 2)
            case 3:
                let from = Int.random(in: range.lowerBound...range.upperBound - 1, using: &random)
                let to = Int.random(in: from...range.upperBound, using: &random)
                return ("\(from)-\(to)", Set(from...to), 3)
            default:
                let from = Int.random(in: range.lowerBound...range.upperBound - 2, using: &random)
                let to = Int.random(in: from + 2...range.upperBound, using: &random)
                return ("\(from)-\(to)/2", Set(stride(from: from, through: to, by: 2)), 4)
            }
        }
        let minute = field(0...59, [1, 2, 2, 3, 4])
        let hour = field(0...23, [0, 1, 2, 2, 2, 3, 4])
        let day = field(1...31, [0, 0, 0, 1, 2, 3])
        let month = field(1...12, [0, 0, 0, 1, 3])
        let weekday = field(0...6, [0, 0, 0, 1, 2, 3])
        text = [minute, hour, day, month, weekday].map(\.text).joined(separator: " ")
        minutes = minute.values
        hours = hour.values
        days = day.values
        months = month.values
        weekdays = weekday.values
        isHourly = [0, 1, 4].contains(hour.form) || hour.values.count == 24
        isEitherDay = day.form > 1 && weekday.form > 1
    }

    private func matches(_ reading: Int) -> Bool {
        let number = Int((Double(reading) / 1440).rounded(.down))
        let minute = reading - number * 1440
        guard minutes.contains(minute % 60), hours.contains(minute / 60) else { return false }
        let date = GregorianDate(days: number)
        let inDays = days.contains(date.day)
        let inWeek = weekdays.contains(((number + 4) % 7 + 7) % 7)
        return months.contains(date.month) && (isEitherDay ? inDays || inWeek : inDays && inWeek)
    }

    /// All times from one minute since 1970 until another.
    func times(from: Int, until: Int, in zone: TimeZoneRules) -> [Instant] {
        func reading(_ minute: Int) -> Int {
            minute + zone.secondsEast(at: Instant(seconds: Int64(minute * 60))) / 60
        }
        var times: [Instant] = []
        // A day before, so that it is known what was shown already.
        var highest = reading(from - 1441)
        for minute in (from - 1440)..<until {
            let shown = reading(minute)
            let isDue: Bool
            if isHourly {
                isDue = matches(shown)
            } else if shown > highest {
                // Everything up to here that was not shown, too.
                isDue = (highest + 1...shown).contains(where: matches)
            } else {
                isDue = false
            }
            highest = max(highest, shown)
            if isDue, minute >= from { times.append(Instant(seconds: Int64(minute * 60))) }
        }
        return times
    }
}

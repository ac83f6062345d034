// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Column {
    /// The column with times held as numbers written out, since SQLite has no type for them.
    var spelledOut: Column {
        guard case .int64(let values) = values else { return self }
        switch type {
        case .timestamp(let zoned): return text(type) { CivilTime.timestamp(microseconds: values[$0], zoned: zoned) }
        case .date: return text(type) { CivilTime.date(days: values[$0]) }
        default: return self
        }
    }

    /// The values as a column of text for a column of a wider kind, none of them changed.
    func spelledOut(for kind: ColumnKind) -> Column {
        let type: FieldType = kind == .json ? .json : .string
        switch values {
        case .boolean(let values): return text(type) { values[$0] ? "true" : "false" }
        case .int64(let values): return text(type) { String(values[$0]) }
        case .float64(let values): return text(type) { values[$0].description }
        case .text(let values) where kind == .json && ColumnKind(self) == .string:
            return text(type) { JSONValue.string(values[$0]).description }
        case .text, .null: return self
        }
    }

    private func text(_ type: FieldType, _ spell: (Int) -> String) -> Column {
        var builder = TextBuilder(capacity: count)
        for row in 0..<count {
            if isNull(row) { builder.appendEmpty() } else { builder.append(spell(row)) }
        }
        return Column(type: type, values: .text(builder.finish()), validity: validity, count: count)
    }
}

/// Dates and times in the digits of ISO 8601.
enum CivilTime {
    /// `2026-11-20T13:05:00.250000Z`; no fraction when it is zero.
    static func timestamp(microseconds: Int64, zoned: Bool) -> String {
        let perDay: Int64 = 86_400_000_000
        let days = (microseconds >= 0 ? microseconds : microseconds - (perDay - 1)) / perDay
        let inDay = microseconds - days * perDay
        let seconds = inDay / 1_000_000
        let fraction = inDay % 1_000_000
        var text =
            "\(date(days: days))T\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        if fraction != 0 { text += "." + padded(fraction, 6) }
        return zoned ? text + "Z" : text
    }

    /// `2026-11-20`, in the Gregorian calendar extended to all years.
    static func date(days: Int64) -> String {
        // Years begin in March here, so that the leap day is the last; 146,097 days are 400 years.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

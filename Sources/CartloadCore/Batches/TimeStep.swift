// SPDX-License-Identifier: Apache-2.0

/// How long a time window is: `15 minutes`, `1 day`, `3 months`.
public struct TimeStep: Sendable, Hashable {
    public enum Unit: String, Sendable, Hashable, CaseIterable {
        case minute, hour, day, week, month, year
    }

    public let count: Int
    public let unit: Unit

    public static let minute = TimeStep(unit: .minute)
    public static let hour = TimeStep(unit: .hour)
    public static let day = TimeStep(unit: .day)
    public static let week = TimeStep(unit: .week)
    public static let month = TimeStep(unit: .month)
    public static let year = TimeStep(unit: .year)

    private init(unit: Unit) {
        count = 1
        self.unit = unit
    }

    /// - Throws: `CartloadError` with code `batch.settings` unless `count` is 1 to 10,000, and minutes and hours at most a
    ///   day.
    public init(_ count: Int, _ unit: Unit) throws {
        let limit =
            switch unit {
            case .minute: 1440
            case .hour: 24
            case .day, .week, .month, .year: 10_000
            }
        guard (1...limit).contains(count) else {
            throw CartloadError(
                .batchSettings, "a step has 1 to \(limit) \(unit.rawValue)s, not \(count)",
                advice: "Choose a larger unit, such as days instead of hours.")
        }
        self.count = count
        self.unit = unit
    }

    /// Reads `hour`, `6 hours` and the like.
    ///
    /// - Throws: `CartloadError` with code `batch.settings`.
    public init(parsing text: String) throws {
        let words = text.split(separator: " ")
        let word = words.last.map { $0.hasSuffix("s") ? $0.dropLast() : $0 } ?? ""
        guard (1...2).contains(words.count), let unit = Unit(rawValue: word.lowercased()),
            let count = words.count == 1 ? 1 : Int(words[0])
        else {
            throw CartloadError(
                .batchSettings, "\"\(text)\" is no step in time",
                advice: "Write a number and minutes, hours, days, weeks, months or years: 6 hours.")
        }
        try self.init(count, unit)
    }
}

extension TimeStep: CustomStringConvertible {
    public var description: String { count == 1 ? unit.rawValue : "\(count) \(unit.rawValue)s" }
}

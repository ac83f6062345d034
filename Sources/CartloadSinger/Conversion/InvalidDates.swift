// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What happens to a text that its schema calls a date, or a date and time, and that is none, such as `0000-00-00`.
public enum InvalidDates: String, Sendable, Hashable, CaseIterable {
    /// Nobody looks, and the text stays.
    case keep
    /// The record is a bad one.
    case reject
    /// The last moment of the year 9999 takes its place, as singer-sdk has it.
    case max
    /// Null takes its place where the schema allows it; elsewhere the record is a bad one.
    case null

    static let setting = Setting(
        "invalid_dates", .choice(allCases.map(\.rawValue)),
        "What happens to texts that the schema calls date or date-time and that are none, such as 0000-00-00.",
        default: "keep")

    init(_ configuration: Configuration) {
        self = configuration.string("invalid_dates").flatMap { InvalidDates(rawValue: $0) } ?? .keep
    }

    /// What takes the place of such a text; nil for null.
    func text(isDate: Bool) -> StaticString? {
        guard self == .max else { return nil }
        return isDate ? "9999-12-31" : "9999-12-31T23:59:59.999999Z"
    }
}

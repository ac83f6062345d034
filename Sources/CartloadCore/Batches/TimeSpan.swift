// SPDX-License-Identifier: Apache-2.0

/// A length of time as definitions write it: `90s`, `15m`, `7 d`.
package struct TimeSpan: Sendable, Hashable {
    /// A century is the most.
    private static let maximumSeconds = 100 * 366 * 86_400.0
    private static let units = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]

    package let duration: Duration

    /// nil when it is negative or too long.
    package init?(seconds: Double) {
        guard seconds >= 0, seconds <= TimeSpan.maximumSeconds else { return nil }
        duration = .milliseconds(Int((seconds * 1000).rounded()))
    }

    package init?(parsing text: String) {
        let number = text.prefix { $0.isNumber || $0 == "." }
        let unit = text[number.endIndex...].drop { $0 == " " }
        guard let amount = Double(number), let factor = TimeSpan.units[String(unit)] else { return nil }
        self.init(seconds: amount * factor)
    }

    /// Text with a unit, or a number of seconds.
    package init?(_ value: JSONValue) {
        if let text = value.stringValue {
            self.init(parsing: text)
        } else if let seconds = value.doubleValue {
            self.init(seconds: seconds)
        } else {
            return nil
        }
    }
}

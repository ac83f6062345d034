// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage

/// A date as headers write it: `Sun, 06 Nov 1994 08:49:37 GMT`.
struct HTTPDate: Sendable, Hashable {
    let instant: Instant

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// nil when it is none, or in one of the two forms of the last century.
    init?(_ text: String) {
        let words = text.split(separator: " ").map { $0.lowercased() }
        guard words.count == 6, words[0].hasSuffix(","), words[5] == "gmt" || words[5] == "utc",
            let month = HTTPDate.months.firstIndex(of: words[2]), words[1].count <= 2
        else { return nil }
        func two(_ text: String) -> String { text.count < 2 ? "0\(text)" : text }
        guard let instant = Instant("\(words[3])-\(two("\(month + 1)"))-\(two(words[1]))T\(words[4])Z") else {
            return nil
        }
        self.instant = instant
    }
}

extension HTTPResponseHead {
    /// The longest wait that a server can ask for (I7).
    static let longestRetryAfter: Duration = .seconds(86_400)

    /// How long the server asks to wait, in seconds or until a date; a date that is past asks for nothing.
    func retryAfter(_ now: Instant) -> Duration? {
        if let seconds = retryAfter { return seconds }
        guard let text = headers["Retry-After"] else { return nil }
        if let seconds = Double(text), seconds >= 0 {
            return min(.milliseconds(Int(min(seconds, 86_400) * 1000)), HTTPResponseHead.longestRetryAfter)
        }
        guard let date = HTTPDate(text) else { return nil }
        let wait = max(0, date.instant.microseconds - now.microseconds)
        return min(.microseconds(wait), HTTPResponseHead.longestRetryAfter)
    }
}

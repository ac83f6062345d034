// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A time on the wall clock as Singer's messages write it.
enum Moment {
    /// Microseconds since 1970 as `2026-11-20T10:27:40.607921+00:00`, which every reader of date-times takes.
    static func text(microseconds: Int64) -> String {
        var seconds = time_t(microseconds / 1_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = [
            padded(Int(parts.tm_year) + 1900, 4), padded(Int(parts.tm_mon) + 1, 2), padded(Int(parts.tm_mday), 2),
        ]
        let time = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)].map { padded($0, 2) }
        let fraction = padded(Int(microseconds % 1_000_000), 6)
        return date.joined(separator: "-") + "T" + time.joined(separator: ":") + ".\(fraction)+00:00"
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A second in time as signatures write it.
public struct S3Date: Sendable, Hashable {
    /// `20130524T000000Z`
    let text: String
    /// `20130524`
    var day: String { String(text.prefix(8)) }

    /// - Parameter seconds: Since 1970 in UTC.
    public init(seconds: Int) {
        var moment = time_t(seconds)
        var parts = tm()
        gmtime_r(&moment, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        text =
            "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))Z"
    }

    /// The time that the system's clock shows.
    public static var now: S3Date { S3Date(seconds: time(nil)) }
}

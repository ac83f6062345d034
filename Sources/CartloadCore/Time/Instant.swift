// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A point in time to the microsecond, from the year 1 to 9999.
public struct Instant: Sendable, Hashable, Comparable {
    /// Since 1970-01-01T00:00:00Z.
    public let microseconds: Int64

    /// A point that lies beyond the years is moved to their edge.
    public init(microseconds: Int64) {
        self.microseconds = min(max(microseconds, -62_135_596_800_000_000), 253_402_300_799_999_999)
    }

    public init(seconds: Int64) {
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000)
        self.init(microseconds: overflows ? (seconds < 0 ? .min : .max) : product)
    }

    public static let earliest = Instant(microseconds: .min)
    public static let latest = Instant(microseconds: .max)

    /// What the system's clock says; tests pass instants of their own.
    public static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    public static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }

    public static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(microseconds: instant.microseconds.clampedSum(duration.microseconds))
    }

    public static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(microseconds: instant.microseconds.clampedSum(-duration.microseconds))
    }

    /// The second that it lies in.
    package var seconds: Int { Int(microseconds.flooredQuotient(1_000_000)) }
}

extension Instant: CustomStringConvertible {
    /// `2024-03-05T06:00:00Z`, with a fraction only where there is one.
    public init?(_ text: String) {
        var text = text
        let instant = text.withUTF8 { Instant(utf8: UnsafeRawBufferPointer($0)) }
        guard let instant else { return nil }
        self = instant
    }

    /// The same for text that is no `String`: there may be one in each record.
    package init?(utf8 text: UnsafeRawBufferPointer) {
        var parser = InstantParser(text)
        guard let instant = parser.parse() else { return nil }
        self = instant
    }

    public var description: String {
        let date = GregorianDate(days: seconds.flooredQuotient(86_400))
        let time = seconds - seconds.flooredQuotient(86_400) * 86_400
        var text = "\(date.year.padded(4))-\(date.month.padded(2))-\(date.day.padded(2))T"
        text += "\((time / 3600).padded(2)):\((time / 60 % 60).padded(2)):\((time % 60).padded(2))"
        let fraction = Int(microseconds) - seconds * 1_000_000
        if fraction > 0 { text += fraction % 1000 == 0 ? ".\((fraction / 1000).padded(3))" : ".\(fraction.padded(6))" }
        return text + "Z"
    }
}

/// Reads ISO 8601: a date, or a date and a time with any fraction and zone; without a zone it is UTC.
private struct InstantParser {
    private let text: UnsafeRawBufferPointer
    private var place = 0

    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    private var isAtEnd: Bool { place == text.count }

    mutating func parse() -> Instant? {
        guard let year = number(4), year >= 1, skip("-"), let month = number(2), (1...12).contains(month), skip("-"),
            let day = number(2), (1...GregorianDate(year, month, 1).lengthOfMonth).contains(day)
        else { return nil }
        var seconds = GregorianDate(year, month, day).days * 86_400
        var fraction = 0
        if !isAtEnd {
            guard skip("T") || skip("t") || skip(" "), let hour = number(2), hour < 24, skip(":"),
                let minute = number(2), minute < 60
            else { return nil }
            seconds += hour * 3600 + minute * 60
            if skip(":") {
                guard let second = number(2), second < 60 else { return nil }
                seconds += second
                if skip(".") {
                    guard let value = fractionDigits() else { return nil }
                    fraction = value
                }
            }
            guard let offset = zone() else { return nil }
            seconds -= offset
        }
        guard isAtEnd else { return nil }
        return Instant(microseconds: Int64(seconds) * 1_000_000 + Int64(fraction))
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard place < text.count, text[place] == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard place < text.count, text[place] &- 48 < 10 else { return nil }
        defer { place += 1 }
        return Int(text[place] - 48)
    }

    private mutating func number(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// One to nine digits, of which six count.
    private mutating func fractionDigits() -> Int? {
        var value = 0
        var count = 0
        while let digit = digit() {
            count += 1
            if count <= 6 { value = value * 10 + digit }
        }
        guard (1...9).contains(count) else { return nil }
        for _ in min(count, 6)..<6 { value *= 10 }
        return value
    }

    private mutating func zone() -> Int? {
        if isAtEnd || skip("Z") || skip("z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = number(2), hours < 24 else { return nil }
        _ = skip(":")
        if isAtEnd { return sign * hours * 3600 }
        guard let minutes = number(2), minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}

extension Int {
    fileprivate func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    fileprivate func clampedSum(_ other: Int64) -> Int64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }
}

extension Duration {
    /// Whole microseconds, at most what 62 bits hold, so that they can be negated and added.
    package var microseconds: Int64 {
        let limit = Int64(1) << 62
        let (seconds, attoseconds) = components
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000)
        if overflows { return seconds < 0 ? -limit : limit }
        return Swift.min(Swift.max(product, -limit), limit) + attoseconds / 1_000_000_000_000
    }
}

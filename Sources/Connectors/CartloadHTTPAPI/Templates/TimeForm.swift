// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// How an API writes a moment.
public enum TimeForm: String, Sendable, Hashable, CaseIterable {
    /// `2024-03-05T06:00:00Z`, with a fraction only where there is one.
    case iso
    /// `2024-03-05`
    case date
    /// Seconds since 1970 with six digits after the point, as Slack has them.
    case epoch
    /// Whole seconds since 1970.
    case epochSeconds = "epoch_seconds"
    case epochMilliseconds = "epoch_ms"
    case epochMicroseconds = "epoch_us"

    /// The moment as text or number; what is finer than the form is cut off.
    func value(of instant: Instant) -> JSONValue {
        let (seconds, fraction) = instant.microseconds.floored(by: 1_000_000)
        switch self {
        case .iso: return .string(instant.description)
        case .date: return .string(String(instant.description.prefix { $0 != "T" }))
        case .epoch:
            // Below zero the digits count upwards from the whole second too, which no API understands; none has such times.
            let digits = String(fraction)
            return .string("\(seconds)." + String(repeating: "0", count: 6 - digits.count) + digits)
        case .epochSeconds: return .int(seconds)
        case .epochMilliseconds: return .int(instant.microseconds.floored(by: 1000).quotient)
        case .epochMicroseconds: return .int(instant.microseconds)
        }
    }

    /// The moment that JSON text means, to the microsecond; nil when it is none of this form.
    func instant(_ text: UnsafeRawBufferPointer) -> Instant? {
        var text = text
        if text.count >= 2, text.first == UInt8(ascii: "\""), text.last == UInt8(ascii: "\"") {
            text = UnsafeRawBufferPointer(rebasing: text[1..<(text.count - 1)])
        }
        switch self {
        case .iso, .date: return Instant(utf8: text)
        case .epoch, .epochSeconds: return TimeForm.scaled(text, 6).map { Instant(microseconds: $0) }
        case .epochMilliseconds: return TimeForm.scaled(text, 3).map { Instant(microseconds: $0) }
        case .epochMicroseconds: return TimeForm.scaled(text, 0).map { Instant(microseconds: $0) }
        }
    }

    func instant(_ text: String) -> Instant? {
        Bytes(text).withUnsafeBytes { instant($0) }
    }

    /// A decimal number times a power of ten, digit by digit: a double has too few for microseconds.
    private static func scaled(_ text: UnsafeRawBufferPointer, _ places: Int) -> Int64? {
        var value: Int64 = 0
        var taken: Int?
        var hasDigits = false
        let isNegative = text.first == UInt8(ascii: "-")
        for byte in text.dropFirst(isNegative ? 1 : 0) {
            if byte == UInt8(ascii: "."), taken == nil {
                taken = 0
                continue
            }
            guard byte &- 48 < 10 else { return nil }
            hasDigits = true
            if let count = taken {
                if count == places { continue }
                taken = count + 1
            }
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            guard !overflows, product < Int64.max - 9 else { return nil }
            value = product + Int64(byte - 48)
        }
        guard hasDigits else { return nil }
        for _ in (taken ?? 0)..<places {
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            guard !overflows else { return nil }
            value = product
        }
        return isNegative ? -value : value
    }
}

extension Int64 {
    fileprivate func floored(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

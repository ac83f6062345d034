// SPDX-License-Identifier: Apache-2.0

extension Configuration {
    /// A whole number of at least 1.
    package func count(_ name: String, orZero: Bool = false) throws -> Int? {
        guard let value = integer(name) else { return nil }
        guard value >= (orZero ? 0 : 1) else {
            throw CartloadError(
                .wrongType, "\"\(path(of: name))\" must be at least \(orZero ? 0 : 1)", at: location(of: name))
        }
        return value
    }

    /// Seconds, at most a year.
    package func seconds(_ name: String) throws -> Duration? {
        guard let value = number(name) else { return nil }
        guard value >= 0, value <= 31_536_000 else {
            throw CartloadError(
                .wrongType, "\"\(path(of: name))\" must be 0 to 31536000 seconds", at: location(of: name))
        }
        return .milliseconds(Int(value * 1000))
    }

    /// A time with its unit, such as `90s`, or seconds.
    package func duration(_ name: String, atLeast least: Duration = .zero) throws -> Duration? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let duration = TimeSpan(value)?.duration, duration >= least else {
            let bound = least > .zero ? " of at least \(least)" : ""
            throw CartloadError(
                .wrongType, "\"\(path(of: name))\" must be a time\(bound)", at: location(of: name),
                advice: "Write a number and ms, s, m, h or d, such as 90s.")
        }
        return duration
    }
}

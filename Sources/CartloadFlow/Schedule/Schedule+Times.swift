// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension Schedule {
    /// The next times, as far as they are known; an interval counts from the given one.
    public func times(after instant: Instant, count: Int) -> [Instant] {
        var found: [Instant] = []
        var last = instant
        while found.count < count {
            switch times {
            case .manual: return found
            case .interval(let interval): last = last + interval
            case .cron(let expression, let zone):
                guard let next = expression.next(after: last, in: zone) else { return found }
                last = next
            }
            found.append(last)
        }
        return found
    }
}

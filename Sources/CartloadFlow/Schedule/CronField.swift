// SPDX-License-Identifier: Apache-2.0

/// The values that one field of a cron expression allows, all below 64.
struct CronField: Sendable, Hashable {
    private(set) var bits: UInt64 = 0
    /// Whether it is written `*` or begins with it; such a field does not restrict the day.
    var isStarred = false
    /// Whether it is written with steps or `*` only, and so means a rhythm rather than times of day.
    var isRhythm = false

    mutating func insert(_ value: Int) { bits |= 1 << UInt64(value) }

    func contains(_ value: Int) -> Bool { bits >> UInt64(value) & 1 == 1 }

    /// The least value that is not below another.
    func first(from value: Int) -> Int? {
        guard value < 64 else { return nil }
        let rest = bits >> UInt64(value)
        return rest == 0 ? nil : value + rest.trailingZeroBitCount
    }
}

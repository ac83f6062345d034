// SPDX-License-Identifier: Apache-2.0

/// When a time zone is how far from UTC, from the system's tz database.
///
/// Where clocks are put forward, a local time that does not exist means the moment of the change; where they are put back,
/// one that exists twice means the first. So going from local times to instants keeps their order.
public struct TimeZoneRules: Sendable, Hashable {
    public let name: String
    /// When the offset changes, in seconds since 1970, ascending.
    let changes: [Int]
    /// Seconds east of UTC before the first change, and after each.
    let offsets: [Int]
    /// What holds after the last change.
    let future: RecurringZone?

    /// The zone without changes.
    public static let utc = TimeZoneRules(name: "UTC", secondsEast: 0)

    public init(name: String, secondsEast: Int) {
        self.init(name: name, changes: [], offsets: [secondsEast], future: nil)
    }

    init(name: String, changes: [Int], offsets: [Int], future: RecurringZone?) {
        self.name = name
        self.changes = changes
        self.offsets = offsets
        self.future = future
    }

    /// Seconds east of UTC at a moment.
    public func secondsEast(at instant: Instant) -> Int { secondsEast(at: instant.seconds) }

    func secondsEast(at seconds: Int) -> Int {
        guard let last = changes.last else { return future?.secondsEast(at: seconds) ?? offsets[0] }
        if seconds >= last, let future { return future.secondsEast(at: seconds) }
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return offsets[low]
    }

    /// The moment at which clocks show a local time, given in seconds as if it were UTC.
    func instant(ofLocal local: Int) -> Instant {
        // No zone is a day or more from UTC, so these two are the offsets on either side of any change.
        let before = secondsEast(at: local - 86_400)
        let after = secondsEast(at: local + 86_400)
        if secondsEast(at: local - before) == before { return Instant(seconds: Int64(local - before)) }
        if secondsEast(at: local - after) == after { return Instant(seconds: Int64(local - after)) }
        // It does not exist: the first second of the new offset.
        var low = min(local - after, local - before)
        var high = max(local - after, local - before)
        while low < high {
            let middle = low + (high - low) / 2
            if secondsEast(at: middle) == before { low = middle + 1 } else { high = middle }
        }
        return Instant(seconds: Int64(low))
    }
}

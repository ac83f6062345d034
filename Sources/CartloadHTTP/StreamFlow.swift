// SPDX-License-Identifier: Apache-2.0

/// How much of a stream waits for the client, and who waits for that: pure, so that a test can go through it.
struct StreamFlow<Waiter> {
    let highWater: Int
    private(set) var queued = 0
    private(set) var isGone = false
    private var waiters: [Int: Waiter] = [:]
    private var nextTicket = 0

    init(highWater: Int) { self.highWater = highWater }

    /// Counts a piece that is about to be sent; false when nobody will get it.
    mutating func write(_ count: Int) -> Bool {
        guard !isGone else { return false }
        queued += count
        return true
    }

    /// A number for somebody who is going to wait.
    mutating func ticket() -> Int {
        nextTicket += 1
        return nextTicket
    }

    /// Keeps who must wait; false when there is no need.
    mutating func wait(_ ticket: Int, _ waiter: Waiter) -> Bool {
        guard !isGone, queued > highWater else { return false }
        waiters[ticket] = waiter
        return true
    }

    mutating func giveUp(_ ticket: Int) -> Waiter? { waiters.removeValue(forKey: ticket) }

    /// Counts what the client has taken; who may go on.
    mutating func written(_ count: Int) -> [Waiter] {
        queued -= count
        // Not at the mark itself: a writer that is woken for each piece would do little else.
        return queued <= highWater / 2 ? takeWaiters() : []
    }

    /// The client has gone; who must hear of it.
    mutating func end() -> [Waiter] {
        isGone = true
        return takeWaiters()
    }

    private mutating func takeWaiters() -> [Waiter] {
        defer { waiters = [:] }
        return Array(waiters.values)
    }
}

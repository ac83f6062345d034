// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What has been written and not been made durable yet, and which STATE waits for it: decides when to commit.
///
/// A pure value: time comes in, decisions go out. A STATE leaves only when nothing before it is undurable (I1).
struct TargetLedger {
    private let drain: TargetOptions.Drain
    private var records = 0
    private var bytes = 0
    /// When the oldest undurable record was written, or the oldest waiting STATE came.
    private var since: Duration?
    private(set) var isDirty = false
    /// The newest STATE that waits.
    private(set) var state: Bytes?

    init(_ drain: TargetOptions.Drain) { self.drain = drain }

    mutating func wrote(records: Int, bytes: Int, at now: Duration) {
        self.records += records
        self.bytes += bytes
        isDirty = true
        if since == nil { since = now }
    }

    /// A STATE came after everything written so far; older ones that still wait are covered by it.
    mutating func reached(_ state: Bytes, at now: Duration) {
        self.state = state
        if since == nil { since = now }
    }

    /// Whether to commit now.
    func isDue(at now: Duration) -> Bool {
        guard isDirty else { return state != nil && since != nil }
        return records >= drain.records || bytes >= drain.bytes || since.map { now - $0 >= drain.age } ?? false
    }

    /// Everything is durable; the STATE that may leave now.
    ///
    /// - Parameter keepingState: Whether it waits on, for a later commit.
    mutating func committed(keepingState: Bool = false) -> Bytes? {
        records = 0
        bytes = 0
        since = nil
        isDirty = false
        return keepingState ? nil : state.take()
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What has been written and not been made durable yet, and which STATEs wait for it: decides when to commit.
///
/// A pure value: time comes in, decisions go out. Every STATE leaves, in order and once, and none while anything before it
/// is not durable (I1).
struct StateLedger {
    /// How many bytes of states may be held back to the end (I7).
    static let maximumHeldBytes = 64 << 20

    private let drain: DestinationOptions.Drain
    /// Whether states wait for the last commit, because only that shows what was loaded.
    private let holdsStates: Bool
    private var records = 0
    private var bytes = 0
    /// When the oldest undurable record was written, or the oldest waiting state came.
    private var since: Duration?
    private(set) var isDirty = false
    private(set) var states: [Bytes] = []
    private var stateBytes = 0

    init(_ drain: DestinationOptions.Drain, holdsStates: Bool) {
        self.drain = drain
        self.holdsStates = holdsStates
    }

    mutating func wrote(records: Int, bytes: Int, at now: Duration) {
        self.records += records
        self.bytes += bytes
        isDirty = true
        if since == nil { since = now }
    }

    /// A STATE came after everything written so far.
    ///
    /// - Throws: `CartloadError` with code `airbyte.message` when more are held back than there is room for.
    mutating func reached(_ state: Bytes, at now: Duration) throws {
        stateBytes += state.count
        guard stateBytes <= StateLedger.maximumHeldBytes else {
            throw AirbyteFault.message(
                "the states that wait for a stream to be replaced have more than \(StateLedger.maximumHeldBytes) bytes",
                advice: "Load into a database with generation ids, or by append.")
        }
        states.append(state)
        if since == nil { since = now }
    }

    /// Whether to commit now.
    func isDue(at now: Duration) -> Bool {
        guard isDirty else { return !states.isEmpty && !holdsStates }
        if records >= drain.records || bytes >= drain.bytes { return true }
        if !holdsStates, states.count >= drain.states { return true }
        return since.map { now - $0 >= drain.age } ?? false
    }

    /// Everything is durable: the states that may leave now.
    ///
    /// - Parameter isComplete: Whether what they wait for has come to its end.
    mutating func committed(isComplete: Bool) -> [Bytes] {
        records = 0
        bytes = 0
        since = nil
        isDirty = false
        guard isComplete || !holdsStates else { return [] }
        defer {
            states = []
            stateBytes = 0
        }
        return states
    }
}

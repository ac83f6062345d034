// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Decides which checkpoints of a stream become STATE messages, and counts the records between them.
///
/// A pure value: time comes in, decisions go out. A state that waits is replaced by the next one, so at most one waits (I7).
struct StateCadence {
    /// So long at least is between two states, but for the last.
    private let interval: Duration
    private var records = 0
    private var waiting: StreamState?
    private var sent: (state: StreamState, at: Duration)?

    init(interval: Duration) { self.interval = interval }

    /// Records went out.
    mutating func wrote(_ count: Int) { records += count }

    /// Everything that the state covers has gone out (I1): what to send now, if anything.
    ///
    /// Nothing is sent when the state is the one that was sent last. One without records before it waits while the reader
    /// is slow, so that a stream of many empty batches does not fill its pipe.
    mutating func reached(
        _ state: StreamState, isLast: Bool, isReaderSlow: Bool, at now: Duration
    ) -> (state: StreamState, recordCount: Int)? {
        waiting = nil
        if let sent, sent.state == state { return nil }
        let isEarly = sent.map { now - $0.at < interval } ?? false
        if !isLast, isEarly || (records == 0 && isReaderSlow) {
            waiting = state
            return nil
        }
        return send(state, at: now)
    }

    /// The stream ends early: the state that waited is still true.
    mutating func broken(at now: Duration) -> (state: StreamState, recordCount: Int)? {
        waiting.take().map { send($0, at: now) }
    }

    private mutating func send(_ state: StreamState, at now: Duration) -> (state: StreamState, recordCount: Int) {
        defer { records = 0 }
        sent = (state, now)
        return (state, records)
    }
}

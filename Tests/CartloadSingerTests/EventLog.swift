// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import CartloadSinger
import Synchronization

/// What happened, in order, as short texts: what a destination was told, and which lines left.
final class EventLog: Sendable {
    private struct State {
        var events: [String] = []
        var waiting: [(event: String, wake: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var events: [String] { state.withLock { $0.events } }

    func note(_ event: String) {
        let woken = state.withLock { state in
            state.events.append(event)
            let woken = state.waiting.filter { event.hasPrefix($0.event) }
            state.waiting.removeAll { event.hasPrefix($0.event) }
            return woken.map(\.wake)
        }
        for waiter in woken { waiter.resume() }
    }

    /// Waits until there is an event that begins with a text, if there is none yet.
    func until(_ event: String) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.events.contains(where: { $0.hasPrefix(event) }) { return true }
                state.waiting.append((event, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// The events whose first word is this, without it.
    func all(_ word: String) -> [String] {
        events.filter { $0.hasPrefix(word + " ") }.map { String($0.dropFirst(word.count + 1)) }
    }

    /// An output whose lines are events.
    func output(_ word: String) -> LineOutput {
        LineOutput { buffer in
            let text = String(decoding: buffer, as: UTF8.self)
            for line in text.split(separator: "\n") { self.note("\(word) \(line)") }
        }
    }
}

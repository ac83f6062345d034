// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What has happened, line by line, for tests that wait until it has.
final class PlannerJournal: Sendable {
    private struct State {
        var lines: [String] = []
        var waiting: [(prefix: String, count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        func has(_ prefix: String, _ count: Int) -> Bool { lines.count { $0.hasPrefix(prefix) } >= count }
    }

    private let state = Mutex(State())

    var lines: [String] { state.withLock { $0.lines } }

    /// The lines of what jobs did, without the planner's own.
    var deeds: [String] { lines.filter { !$0.contains(": ") } }

    func add(_ line: String) {
        let ready = state.withLock { state in
            state.lines.append(line)
            let waiting = state.waiting
            let ready = waiting.filter { state.has($0.prefix, $0.count) }
            state.waiting = waiting.filter { !state.has($0.prefix, $0.count) }
            return ready
        }
        for waiting in ready { waiting.continuation.resume() }
    }

    /// Returns when so many lines begin with a text.
    func wait(_ prefix: String, count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.has(prefix, count) { return true }
                state.waiting.append((prefix, count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Returns when something that leaves no line is so; it is looked at when nobody else has anything to do.
    func waitUntil(_ condition: () async -> Bool) async {
        while await !condition() {
            await withCheckedContinuation { continuation in
                Task.detached(priority: .background) { continuation.resume() }
            }
        }
    }
}

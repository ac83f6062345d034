// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import Synchronization

/// Remembers what an outlet was given, and fails where a test says so.
final class Pushes: Sendable {
    private struct State {
        var batches: [[String]] = []
        var updates: [String] = []
        var calls = 0
    }

    private let state = Mutex(State())
    /// Fails at these calls, counted from 0, before or after it has taken the batch.
    let failing: Set<Int>

    init(failing: Set<Int> = []) { self.failing = failing }

    /// The batches, each record as JSON text.
    var batches: [[String]] { state.withLock { $0.batches } }
    var updates: [String] { state.withLock { $0.updates } }

    func outlet(
        _ name: String = "out", timeout: Duration? = nil, onFailure: StagePolicy = .fail,
        before: @escaping @Sendable () async throws -> Void = {}
    ) -> Outlet {
        .push(name, timeout: timeout, onFailure: onFailure) { batch, update in
            try await before()
            let call = self.state.withLock { state in
                defer { state.calls += 1 }
                return state.calls
            }
            if self.failing.contains(call) { throw Refusal() }
            let texts = try batch.records().map { JSONValue.object($0.object).description }
            self.state.withLock { state in
                state.batches.append(texts)
                state.updates.append("\(update)")
            }
        }
    }
}

struct Refusal: Error, CustomStringConvertible { var description: String { "no" } }

// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Saves what a planner remembers, on a thread of its own, as much at once as has come together.
final class PlannerMemory: Sendable {
    private struct State {
        var changed: [String: PlannerRecord] = [:]
        var isSaving = false
        var waiting: [CheckedContinuation<Void, any Error>] = []
    }

    private let store: any PlannerStore
    private let state = Mutex(State())
    private let thread = ThreadExecutor()

    init(_ store: any PlannerStore) { self.store = store }

    deinit { thread.stop() }

    func load(_ names: [String]) async throws -> [String: PlannerRecord] {
        try await Task(executorPreference: thread) { [store] in try store.load(names) }.value
    }

    /// Takes a change, which the next save makes durable.
    func note(_ record: PlannerRecord, of name: String) { state.withLock { $0.changed[name] = record } }

    /// Returns when everything that was noted is durable.
    func save() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let begins = state.withLock { state in
                state.waiting.append(continuation)
                defer { state.isSaving = true }
                return !state.isSaving
            }
            if begins { Task.detached(executorPreference: thread) { self.saveAll() } }
        }
    }

    private func saveAll() {
        while true {
            let turn = state.withLock {
                state -> (changed: [String: PlannerRecord], waiting: [CheckedContinuation<Void, any Error>])? in
                guard !state.waiting.isEmpty else {
                    state.isSaving = false
                    return nil
                }
                defer {
                    state.changed = [:]
                    state.waiting = []
                }
                return (state.changed, state.waiting)
            }
            guard let turn else { return }
            let result = Result { if !turn.changed.isEmpty { try store.save(turn.changed) } }
            if case .failure = result {
                // What has changed since is newer.
                state.withLock { $0.changed.merge(turn.changed) { newer, _ in newer } }
            }
            for waiting in turn.waiting { waiting.resume(with: result) }
        }
    }
}

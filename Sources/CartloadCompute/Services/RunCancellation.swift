// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Ends a call from another thread: its worker is stopped, and no other is tried.
public final class RunCancellation: Sendable {
    private struct State {
        var isCancelled = false
        var worker: (any ServiceWorker)?
    }

    private let state = Mutex(State())

    public init() {}

    public var isCancelled: Bool { state.withLock { $0.isCancelled } }

    public func cancel() {
        let worker = state.withLock { state in
            state.isCancelled = true
            return state.worker
        }
        worker?.stop()
    }

    /// Runs a call so that ``cancel()`` ends it.
    ///
    /// - Throws: What the worker throws; `CancellationError` when it was cancelled.
    func guarding(
        _ worker: any ServiceWorker, _ body: () throws -> ServiceOutcome
    ) throws -> ServiceOutcome {
        let isCancelled = state.withLock { state in
            if !state.isCancelled { state.worker = worker }
            return state.isCancelled
        }
        if isCancelled { throw CancellationError() }
        defer { state.withLock { $0.worker = nil } }
        do {
            return try body()
        } catch {
            throw self.isCancelled ? CancellationError() : error
        }
    }
}

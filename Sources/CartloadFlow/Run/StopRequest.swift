// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A wish that a run ends soon and cleanly: what is committed stays, and the same command goes on from there.
public final class StopRequest: Sendable {
    private struct State {
        var isRequested = false
        var handlers: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// Whether somebody asked; cheap enough to look at before every batch.
    public var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Asks the run to stop; asking twice changes nothing.
    public func request() {
        let handlers = state.withLock { state in
            state.isRequested = true
            defer { state.handlers = [] }
            return state.handlers
        }
        for handler in handlers { handler() }
    }

    /// Calls `handler` once when somebody asks, on that thread, or at once if somebody already did.
    public func onRequest(_ handler: @escaping @Sendable () -> Void) {
        let isRequested = state.withLock { state in
            if !state.isRequested { state.handlers.append(handler) }
            return state.isRequested
        }
        if isRequested { handler() }
    }
}

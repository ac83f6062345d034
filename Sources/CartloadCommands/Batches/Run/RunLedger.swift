// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The saved state of a run, which the writer and whoever makes pipelines change.
final class RunLedger: Sendable {
    private let file: RunStateFile?
    private let state: Mutex<RunState>
    /// Held while the file is written; whether it was removed.
    private let saving = Mutex(false)

    /// - Parameter file: nil where a run cannot be resumed, as with standard output.
    init(_ file: RunStateFile?, _ state: RunState) {
        self.file = file
        self.state = Mutex(state)
    }

    var current: RunState { state.withLock { $0 } }

    /// Saves how far the outputs are durable.
    func save(_ written: RunState) throws {
        try change { state in
            var written = written
            written.pipeline = state.pipeline
            written.pipelineCount = state.pipelineCount
            written.isAllPushed = state.isAllPushed
            state = written
        }
    }

    func change(_ body: (inout RunState) -> Void) throws {
        try saving.withLock { isOver in
            let changed = state.withLock { state in
                body(&state)
                return state
            }
            if !isOver { try file?.save(changed) }
        }
    }

    /// Changes what is saved with the next change at the latest, and begins to save it; whoever calls goes on meanwhile.
    func note(_ body: (inout RunState) -> Void) {
        state.withLock { body(&$0) }
        // What fails here fails again when results are to be saved, and is told then.
        Task.detached { try? self.change { _ in } }
    }

    /// Removes the file, for good.
    func remove() {
        saving.withLock { isOver in
            isOver = true
            file?.remove()
        }
    }
}

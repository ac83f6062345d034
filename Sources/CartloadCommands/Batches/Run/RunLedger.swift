// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The saved state of a run, which the writer and whoever makes pipelines change.
final class RunLedger: Sendable {
    private let file: RunStateFile?
    private let state: Mutex<RunState>

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
        try state.withLock { state in
            body(&state)
            try file?.save(state)
        }
    }

    func remove() { file?.remove() }
}

// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Which partition's batches are being made; asked by one task at a time, but not always by the same.
final class PartitionTurns: Sendable {
    private struct State {
        var waiting: ArraySlice<String>
        var current: (partition: String, batches: BatchSequence)?
    }

    private let state: Mutex<State>

    init(_ partitions: [String]) { state = Mutex(State(waiting: partitions[...])) }

    var current: (partition: String, batches: BatchSequence)? { state.withLock { $0.current } }

    func next() -> String? { state.withLock { $0.waiting.popFirst() } }

    func begin(_ partition: String, _ batches: BatchSequence) {
        state.withLock { $0.current = (partition, batches) }
    }

    func end() { state.withLock { $0.current = nil } }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// Whether a stream was read to its end: known to the reader before the writer needs it.
final class StreamEnd: Sendable {
    private let state = Mutex<(isReached: Bool, checkpoint: Checkpoint?)>((false, nil))

    var isReached: Bool { state.withLock { $0.isReached } }

    /// Where the stream is at its end, when that is not what its last batch said.
    var checkpoint: Checkpoint? { state.withLock { $0.checkpoint } }

    func reach(_ isEnd: Bool) { state.withLock { $0.isReached = isEnd } }

    func settle(_ checkpoint: Checkpoint) { state.withLock { $0.checkpoint = checkpoint } }
}

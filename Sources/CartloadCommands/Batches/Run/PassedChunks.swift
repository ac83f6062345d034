// SPDX-License-Identifier: Apache-2.0

internal import CartloadFormats
internal import Synchronization

/// Where chunks end that an earlier run has written: the reader notes it, and the writer asks.
final class PassedChunks: Sendable {
    private let ends = Mutex<[Int: Position]>([:])

    func note(_ chunk: RunChunk) { ends.withLock { $0[chunk.index] = chunk.end } }

    func take(_ index: Int) -> Position? { ends.withLock { $0.removeValue(forKey: index) } }
}

// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Whether a stream was read to its end: known to the reader before the writer needs it.
final class StreamEnd: Sendable {
    private let flag = Atomic(false)

    var isReached: Bool { flag.load(ordering: .acquiring) }

    func reach(_ isEnd: Bool) { flag.store(isEnd, ordering: .releasing) }
}

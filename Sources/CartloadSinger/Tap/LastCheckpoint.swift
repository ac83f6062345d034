// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// The newest checkpoint of a stream that sends its own files.
final class LastCheckpoint: Sendable {
    private let checkpoint = Mutex<Checkpoint?>(nil)

    var value: Checkpoint? {
        get { checkpoint.withLock { $0 } }
        set { checkpoint.withLock { $0 = newValue } }
    }
}

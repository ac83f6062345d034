// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// The greatest value of a replication key that has been seen; blocks report to it from several cores.
final class HighestValue: Sendable {
    private let highest = Mutex<ReplicationValue?>(nil)

    init(_ start: ReplicationValue? = nil) { highest.withLock { $0 = start } }

    /// As JSON; nil before the first.
    var value: JSONValue? { highest.withLock { $0?.json } }

    func note(_ value: ReplicationValue) {
        highest.withLock { highest in
            if let known = highest, !(known < value) { return }
            highest = value
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A request to stop cleanly: reading ends, what was read is written and committed.
public final class StopSignal: Sendable {
    private let flag = Atomic(false)

    public init() {}

    public var isRequested: Bool { flag.load(ordering: .relaxed) }

    public func request() { flag.store(true, ordering: .relaxed) }
}

// SPDX-License-Identifier: Apache-2.0

/// How many workers a version of a service has and had.
public struct WorkerCounts: Sendable, Hashable {
    /// At work now.
    public var busy = 0
    /// Waiting for work now.
    public var idle = 0
    /// Started since the beginning.
    public var started = 0
    /// Lost since the beginning: crashed, hung or out of step.
    public var lost = 0
    /// Of those that were started: in the place of one that was lost.
    public var restarted = 0

    public init() {}
}

// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The statistics of a run in progress: the engine adds to them a batch at a time, the progress line looks at them.
public final class RunMeter: Sendable {
    private let statistics: Mutex<RunStatistics>

    public init(flow: String) { statistics = Mutex(RunStatistics(flow: flow)) }

    /// Adds to the statistics; for use once a batch, not once a record.
    public func update(_ change: (inout RunStatistics) -> Void) {
        statistics.withLock { change(&$0) }
    }

    /// How things stand.
    public var snapshot: RunStatistics { statistics.withLock { $0 } }
}

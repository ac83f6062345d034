// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// How many records a second something finishes lately: each counts less and less as time goes by.
public struct RecordRate: Sendable, Hashable {
    /// After this time a record counts for 1/e.
    public static let memory = Duration.seconds(10)

    private var level = 0.0
    private var began: Duration?
    private var last = Duration.zero

    public init() {}

    /// Counts records that are finished now.
    public mutating func add(_ records: Int, at now: Duration) {
        if began == nil {
            began = now
        } else {
            level = faded(now)
        }
        level += Double(records) / RecordRate.memory.seconds
        last = now
    }

    /// Records a second; from the first record on, not only once the memory is full.
    public func perSecond(at now: Duration) -> Double {
        guard let began else { return 0 }
        // Of a memory that is not yet full only a part counts; of less than a second nobody knows a rate.
        let age = max(1, (now - began).seconds)
        return faded(now) / (1 - exp(-age / RecordRate.memory.seconds))
    }

    private func faded(_ now: Duration) -> Double {
        level * exp(-max(0, (now - last).seconds) / RecordRate.memory.seconds)
    }
}

extension Duration {
    fileprivate var seconds: Double { milliseconds / 1000 }
}

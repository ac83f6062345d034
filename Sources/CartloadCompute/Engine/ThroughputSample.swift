// SPDX-License-Identifier: Apache-2.0

/// What was finished within one second.
public struct ThroughputSample: Sendable, Hashable {
    /// Which second of the engine's clock, which begins anywhere and is never set back.
    public var second: Int
    public var records = 0
    /// Of the records, those that failed.
    public var failed = 0
    /// Milliseconds of all its records together.
    public var computeTime = 0.0

    public init(second: Int) { self.second = second }

    mutating func add(_ other: ThroughputSample) {
        records += other.records
        failed += other.failed
        computeTime += other.computeTime
    }
}

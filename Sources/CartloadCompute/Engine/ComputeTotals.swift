// SPDX-License-Identifier: Apache-2.0

/// What an engine has done since it started, for metrics.
public struct ComputeTotals: Sendable, Hashable {
    public var pipelinesCreated = 0
    public var chunksAccepted = 0
    public var recordsAccepted = 0
    public var bytesAccepted = 0
    public var chunksRepeated = 0
    public var chunksFinished = 0
    public var recordsFinished = 0
    public var recordsFailed = 0
    public var recordsRetried = 0
    public var chunksDelivered = 0
    public var refusals = 0
    public var storeFailures = 0
    /// Milliseconds of all chunks, as counted for them.
    public var computeTime = 0.0

    public init() {}
}

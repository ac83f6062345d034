// SPDX-License-Identifier: Apache-2.0

/// What a tenant uses now, beside what it may.
public struct TenantUse: Sendable, Hashable {
    public var inputUsed = 0
    public var outputUsed = 0
    public var workersInUse = 0
    public var pipelines = 0
    /// Chunks that wait to be run.
    public var chunksQueued = 0
    /// Finished chunks that are not pulled, and not lent.
    public var chunksAvailable = 0
    public var limits: TenantLimits
}

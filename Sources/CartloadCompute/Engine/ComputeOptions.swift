// SPDX-License-Identifier: Apache-2.0

/// What bounds an engine (I7).
public struct ComputeOptions: Sendable, Hashable {
    /// How many chunks run at once, over all tenants.
    public var workers: Int
    public var pipeline: PipelineLimits
    /// Of tenants that have none of their own.
    public var tenant: TenantLimits
    public var tenants: [String: TenantLimits]
    /// Bytes of payloads that are kept in memory beside the store, so that they need not be read again.
    public var memoryBytes: Int
    /// Bytes of results in one answer to a pull, but always one chunk.
    public var pullBytes: Int
    /// How often a chunk is tried whose worker does not start.
    public var startAttempts: Int
    /// How long to wait before another try.
    public var startDelay: Duration
    /// How long a failure of the store counts when nothing was tried after it.
    public var storeFailureTime = Duration.seconds(10)
    /// For how many seconds throughput is remembered.
    public var historySeconds: Int
    /// Bytes of results that are read for one page of failed records, but always one chunk.
    public var failureBytes: Int

    public init(
        workers: Int, pipeline: PipelineLimits = PipelineLimits(), tenant: TenantLimits = TenantLimits(),
        tenants: [String: TenantLimits] = [:], memoryBytes: Int = 32 << 20, pullBytes: Int = 32 << 20,
        startAttempts: Int = 5, startDelay: Duration = .seconds(1), historySeconds: Int = 180,
        failureBytes: Int = 16 << 20
    ) {
        self.workers = workers
        self.pipeline = pipeline
        self.tenant = tenant
        self.tenants = tenants
        self.memoryBytes = memoryBytes
        self.pullBytes = pullBytes
        self.startAttempts = startAttempts
        self.startDelay = startDelay
        self.historySeconds = historySeconds
        self.failureBytes = failureBytes
    }

    func limits(of tenant: String) -> TenantLimits { tenants[tenant] ?? self.tenant }
}

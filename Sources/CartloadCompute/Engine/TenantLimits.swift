// SPDX-License-Identifier: Apache-2.0

/// What a tenant may use (I7).
public struct TenantLimits: Sendable, Hashable {
    /// Bytes of chunks that wait or run, over all its pipelines.
    public var inputBytes: Int
    /// Bytes of results that are not pulled; no chunk is started while they are used up.
    public var outputBytes: Int
    public var workers: Int
    /// Pipelines that are not forgotten.
    public var pipelines: Int
    /// Its share of the workers beside that of others.
    public var weight: Double

    public init(
        inputBytes: Int = 800_000_000, outputBytes: Int = 800_000_000, workers: Int = .max, pipelines: Int = 100_000,
        weight: Double = 1
    ) {
        self.inputBytes = inputBytes
        self.outputBytes = outputBytes
        self.workers = workers
        self.pipelines = pipelines
        self.weight = weight
    }
}

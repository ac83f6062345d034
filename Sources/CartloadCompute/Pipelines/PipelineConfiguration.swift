// SPDX-License-Identifier: Apache-2.0

/// What a client may set of a pipeline's buffers and workers; bounded by what its tenant has.
public struct PipelineConfiguration: Sendable, Hashable {
    /// How many chunks may run at once at first.
    public var initialWorkers: Int
    /// How many chunks may run at once when there is much to do.
    public var maximumWorkers: Int
    /// Kept and shown; a worker of ours takes one chunk at a time.
    public var chunksPerRequest: Int
    /// Kept and shown; a chunk of ours runs on one worker.
    public var runnerThreads: Int
    public var inputBytes: Int
    public var outputBytes: Int
    /// Percentage of failed records above which a pipeline has failed.
    public var acceptableErrorPercentage: Int
    /// Pipelines with a higher one run first within a tenant: 0 to 9.
    public var priority: Int

    public init(
        initialWorkers: Int = 10, maximumWorkers: Int = 100, chunksPerRequest: Int = 2, runnerThreads: Int = 2,
        inputBytes: Int = 70_000_000, outputBytes: Int = 80_000_000, acceptableErrorPercentage: Int = 0,
        priority: Int = 5
    ) {
        self.initialWorkers = initialWorkers
        self.maximumWorkers = maximumWorkers
        self.chunksPerRequest = chunksPerRequest
        self.runnerThreads = runnerThreads
        self.inputBytes = inputBytes
        self.outputBytes = outputBytes
        self.acceptableErrorPercentage = acceptableErrorPercentage
        self.priority = priority
    }
}

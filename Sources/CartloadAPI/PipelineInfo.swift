// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The envelope of create, info, close and cancel, and with fewer fields a row of describe.
public struct PipelineInfo: Sendable, Hashable {
    /// What a pipeline has done; thirteen numbers.
    public struct Summary: Sendable, Hashable {
        public var chunksSubmitted = 0
        public var chunksRetried = 0
        public var chunksCompleted = 0
        public var chunksFailed = 0
        public var inputSizeBytes = 0
        public var outputSizeBytes = 0
        public var averageComputeTimeMilliseconds = 0.0
        public var recordsSubmitted = 0
        public var recordsRetried = 0
        public var recordsCompleted = 0
        public var recordsFailed = 0
        public var computeTimeMilliseconds = 0
        public var batchTimeMilliseconds = 0.0
        /// Ours: aggregations over all chunks so far, `[["total"],[130]]`.
        public var summaryOutput: JSONValue = .array([.array([])])

        public init() {}
    }

    public struct Configuration: Sendable, Hashable {
        public var initialWorkers = 0
        public var chunksPerRequest = 0
        public var runnerThreadCount = 0
        public var acceptableErrorPercentage = 0
        public var inputBufferAllocatedBytes = 0
        public var outputBufferAllocatedBytes = 0
        public var maximumWorkers = 0

        public init() {}
    }

    public var id: String
    public var serviceID: String
    public var versionID: String
    /// What computes; the vendor's servers name the version of their compiler.
    public var compilerVersion: String
    public var correlationID: String?
    public var sourceSystem: String?
    public var uniqueRecordKey: String?
    public var summary: Summary?
    public var configuration: Configuration?
    public var responseTimestamp: String
    public var batchStatus: String
    /// In rows of describe.
    public var pipelineStatus: String?
    public var createdBy: String
    public var createdTimestamp: String
    public var updatedTimestamp: String
    public var serviceURI: String

    public init(
        id: String, serviceID: String, versionID: String, compilerVersion: String, correlationID: String? = nil,
        sourceSystem: String? = nil, uniqueRecordKey: String? = nil, summary: Summary? = nil,
        configuration: Configuration? = nil, responseTimestamp: String, batchStatus: String,
        pipelineStatus: String? = nil, createdBy: String, createdTimestamp: String, updatedTimestamp: String,
        serviceURI: String
    ) {
        self.id = id
        self.serviceID = serviceID
        self.versionID = versionID
        self.compilerVersion = compilerVersion
        self.correlationID = correlationID
        self.sourceSystem = sourceSystem
        self.uniqueRecordKey = uniqueRecordKey
        self.summary = summary
        self.configuration = configuration
        self.responseTimestamp = responseTimestamp
        self.batchStatus = batchStatus
        self.pipelineStatus = pipelineStatus
        self.createdBy = createdBy
        self.createdTimestamp = createdTimestamp
        self.updatedTimestamp = updatedTimestamp
        self.serviceURI = serviceURI
    }
}

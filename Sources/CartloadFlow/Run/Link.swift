// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// One edge of a flow: a source's streams → processors → batchers → destinations.
public struct Link: Sendable {
    /// Names the link's checkpoints.
    public var name: String
    public var source: any Source
    /// The source's streams to read; nil for all.
    public var streams: [String]?
    /// Applied to every batch before it is sent to the routes.
    public var processors: [any Processor]
    public var routes: [Route]
    public var interval: CheckpointInterval
    public var errorPolicy: ErrorPolicy
    /// What happens when reading a batch fails.
    public var batchFailures: BatchFailurePolicy

    public init(
        _ name: String, source: any Source, streams: [String]? = nil, processors: [any Processor] = [],
        routes: [Route], interval: CheckpointInterval = CheckpointInterval(), errorPolicy: ErrorPolicy = .fail,
        batchFailures: BatchFailurePolicy = BatchFailurePolicy()
    ) {
        self.name = name
        self.source = source
        self.streams = streams
        self.processors = processors
        self.routes = routes
        self.interval = interval
        self.errorPolicy = errorPolicy
        self.batchFailures = batchFailures
    }
}

/// How much may pass inside a batch before a further checkpoint is made; counting starts again with every batch.
public struct CheckpointInterval: Sendable, Hashable {
    public var records: Int?
    public var bytes: Int?
    public var duration: Duration?

    /// By default a checkpoint at most every 10 s, which bounds what a crash repeats (I2).
    public init(records: Int? = nil, bytes: Int? = nil, duration: Duration? = .seconds(10)) {
        self.records = records
        self.bytes = bytes
        self.duration = duration
    }
}

/// What happens to records that are not valid or do not fit.
public enum ErrorPolicy: Sendable, Hashable {
    /// The run fails at the first one.
    case fail
    /// They go to a reject file and the run goes on, up to `limit` of them.
    case reject(file: String, limit: Int?)
}

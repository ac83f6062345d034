// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// One stream of an HTTP API: what is asked, where the records are, how they are divided.
public struct StreamDefinition: Sendable {
    public var name: String
    public var request: APIRequest
    public var records: RecordForm
    /// The fields that identify a record.
    public var keys: [String]
    /// Fields added to every record.
    public var additions: [JSONTemplate.Member]
    public var paging: Paging?
    /// What divides the stream into parts with a history of their own.
    public var partitioning: Partitioning?
    public var windows: WindowDefinition?
    public var ranges: RangeDefinition?
    /// What is read on from the greatest value seen; not with windows, ranges or a refresh.
    public var cursor: CursorDefinition?
    /// What answers mean; the first rule that fits decides.
    public var errors: [AnswerRule]
    public var schema: Schema?
    /// How many batches are read at once.
    public var concurrency: Int
    /// How many batches of one part are read at once: as many are repeated of it, at most, after a run was broken off.
    public var partConcurrency = 1
    /// How long after a stream without windows and ranges was read it is read again; nil for never.
    public var refresh: Duration?

    public init(
        _ name: String, _ request: APIRequest, records: RecordForm = .json([], isOptional: false), keys: [String] = [],
        additions: [JSONTemplate.Member] = [], paging: Paging? = nil, partitioning: Partitioning? = nil,
        windows: WindowDefinition? = nil, ranges: RangeDefinition? = nil, errors: [AnswerRule] = [],
        schema: Schema? = nil, concurrency: Int = 1, refresh: Duration? = nil
    ) {
        self.name = name
        self.request = request
        self.records = records
        self.keys = keys
        self.additions = additions
        self.paging = paging
        self.partitioning = partitioning
        self.windows = windows
        self.ranges = ranges
        self.errors = errors
        self.schema = schema
        self.concurrency = concurrency
        self.refresh = refresh
    }
}

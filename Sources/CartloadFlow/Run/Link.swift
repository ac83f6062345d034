// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// One edge of a flow: inlets → processors → buffer → batchers → outlets, at the times of a schedule.
public struct Link: Sendable {
    /// Names the link's checkpoints.
    public var name: String
    public var inlets: [Inlet]
    /// Applied to every batch before it is sent to the outlets.
    public var processors: [any Processor]
    /// Holds records back across transfers.
    public var buffer: LinkBuffer?
    /// Divide what a transfer brings, all of it together up to ``gatherLimit``; each part goes to all outlets.
    public var batchers: [any Batcher]
    public var outlets: [Outlet]
    public var interval: CheckpointInterval
    public var errorPolicy: ErrorPolicy
    /// What happens when reading a batch of a source fails.
    public var batchFailures: BatchFailurePolicy
    /// Whether outlets wait for one another.
    public var ordering = OutletOrdering.together
    /// How many inlets are pulled at the same time; their records stay in the order of the inlets.
    public var inletConcurrency = 8
    /// How many bytes are gathered before they are divided and sent (I7); what a transfer brings beyond that is divided apart.
    public var gatherLimit = 64 << 20
    /// The field in which records carry `{"inlet": name}` and the metadata of inlet and pull, while they are in the link;
    /// nil for none. Outlets do not get it, unless they ask.
    public var metadataField: String?
    public var tags: [String] = []

    /// A link from inlets to outlets.
    public init(
        _ name: String, inlets: [Inlet], processors: [any Processor] = [], buffer: LinkBuffer? = nil,
        batchers: [any Batcher] = [], outlets: [Outlet], interval: CheckpointInterval = CheckpointInterval(),
        errorPolicy: ErrorPolicy = .fail, batchFailures: BatchFailurePolicy = BatchFailurePolicy()
    ) {
        self.name = name
        self.inlets = inlets
        self.processors = processors
        self.buffer = buffer
        self.batchers = batchers
        self.outlets = outlets
        self.interval = interval
        self.errorPolicy = errorPolicy
        self.batchFailures = batchFailures
    }

    /// A link from one source, whose streams are copied apart from one another.
    public init(
        _ name: String, source: any Source, streams: [String]? = nil, processors: [any Processor] = [],
        outlets: [Outlet], interval: CheckpointInterval = CheckpointInterval(), errorPolicy: ErrorPolicy = .fail,
        batchFailures: BatchFailurePolicy = BatchFailurePolicy()
    ) {
        self.init(
            name, inlets: [Inlet("source", source, streams: streams)], processors: processors, outlets: outlets,
            interval: interval, errorPolicy: errorPolicy, batchFailures: batchFailures)
    }

    /// What is done to a batch on the way to one outlet alone; it sees the metadata, the outlet does not.
    func processors(for outlet: Outlet) -> [any Processor] {
        guard let metadataField, !outlet.keepsMetadata else { return outlet.processors }
        return outlet.processors + [DropProcessor([metadataField])]
    }

    /// The only source, when its streams can go through apart from one another; nil when records have to be brought together.
    var source: (source: any Source, streams: [String]?)? {
        guard inlets.count == 1, batchers.isEmpty, buffer == nil, metadataField == nil,
            inlets[0].onFailure == .fail, !outlets.contains(where: \.isPush),
            case .source(let source, let streams) = inlets[0].origin
        else { return nil }
        return (source, streams)
    }
}

/// Whether the outlets of a link wait for one another.
public enum OutletOrdering: String, Sendable, Hashable, CaseIterable {
    /// Each batch goes to all outlets at once, and the next when all of them have it.
    case together
    /// A slow outlet does not hold up the others, until the next commit.
    case perOutlet
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

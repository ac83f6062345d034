// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// One destination of a link, with what happens to batches only on the way there.
public struct Outlet: Sendable {
    /// Tells the destinations of a link apart, in checkpoints and statistics.
    public var name: String
    public var destination: any Destination
    /// Applied after the link's own processors.
    public var processors: [any Processor]
    /// Divide batches after all processors.
    public var batchers: [any Batcher]
    /// The fields that identify a record here; nil takes the stream's.
    public var keys: [String]?
    /// How many records and bytes a batch may have at most, for destinations that keep batches apart.
    public var batchSize: BatchSize
    public var lifecycle: Lifecycle?
    /// Whether records keep the link's ``Link/metadataField``.
    public var keepsMetadata = false

    public init(
        _ name: String, _ destination: any Destination, processors: [any Processor] = [],
        batchers: [any Batcher] = [], keys: [String]? = nil, batchSize: BatchSize = BatchSize()
    ) {
        self.name = name
        self.destination = destination
        self.processors = processors
        self.batchers = batchers
        self.keys = keys
        self.batchSize = batchSize
    }

    /// Whether it is a closure, which gets the batches of a transfer one by one as they are.
    var isPush: Bool { destination is PushDestination }
}

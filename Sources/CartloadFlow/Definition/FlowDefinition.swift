// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What a flow file says: where records come from, what happens to them on the way, and where they go.
///
/// It is checked as far as that is possible without knowing connectors and processors: those parts stay JSON with their
/// place in the file, for the registry and the processors' factory to check.
public struct FlowDefinition: Sendable {
    public var name: String
    public var source: FlowEnd
    /// The streams to take, in this order; nil for all.
    public var streams: [String]?
    public var processors: [FlowStep]
    public var batching: FlowBatching?
    public var destinations: [FlowDestination]
    public var checkpoint: FlowCheckpoint
    public var onError: FlowErrorPolicy
    /// What happens when reading a batch fails.
    public var batchFailures: BatchFailurePolicy
    public var schema: FlowSchema?
    /// Whether records are checked against the schema.
    public var validates: Bool
    public var link = FlowLink()
    /// What the file says of it, wherever it says so: equal texts mean equal flows.
    public var fingerprint = ""

    public init(
        _ name: String, source: FlowEnd, streams: [String]? = nil, processors: [FlowStep] = [],
        batching: FlowBatching? = nil, destinations: [FlowDestination], checkpoint: FlowCheckpoint = FlowCheckpoint(),
        onError: FlowErrorPolicy = .fail, batchFailures: BatchFailurePolicy = BatchFailurePolicy(),
        schema: FlowSchema? = nil, validates: Bool = true
    ) {
        self.name = name
        self.source = source
        self.streams = streams
        self.processors = processors
        self.batching = batching
        self.destinations = destinations
        self.checkpoint = checkpoint
        self.onError = onError
        self.batchFailures = batchFailures
        self.schema = schema
        self.validates = validates
    }
}

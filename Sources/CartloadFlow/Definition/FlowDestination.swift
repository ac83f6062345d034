// SPDX-License-Identifier: Apache-2.0

/// One destination of a flow, with what happens to records only on the way to it.
public struct FlowDestination: Sendable {
    public var end: FlowEnd
    public var processors: [FlowStep]
    public var batching: FlowBatching?

    public init(_ end: FlowEnd, processors: [FlowStep] = [], batching: FlowBatching? = nil) {
        self.end = end
        self.processors = processors
        self.batching = batching
    }
}

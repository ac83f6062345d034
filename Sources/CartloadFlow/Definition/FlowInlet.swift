// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// One inlet of a link in a flow file.
public struct FlowInlet: Sendable {
    public var name: String
    public var end: FlowEnd
    /// The streams to take, in this order; nil for all.
    public var streams: [String]?
    public var metadata: JSONObject
    public var onFailure: StagePolicy

    public init(
        _ name: String, _ end: FlowEnd, streams: [String]? = nil, metadata: JSONObject = JSONObject(),
        onFailure: StagePolicy = .fail
    ) {
        self.name = name
        self.end = end
        self.streams = streams
        self.metadata = metadata
        self.onFailure = onFailure
    }
}

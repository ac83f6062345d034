// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What a flow says beyond a source and its destinations: the parts of a link.
public struct FlowLink: Sendable {
    /// Instead of the flow's source, when there are several or they have settings of their own.
    public var inlets: [FlowInlet] = []
    /// Divide everything that a transfer brings; unchecked.
    public var batchers: [FlowStep] = []
    public var buffer: LinkBuffer?
    public var ordering = OutletOrdering.together
    public var inletConcurrency: Int?
    /// How many bytes are brought together before they are divided.
    public var gather: ByteSize?
    /// Where records carry where they come from, while they are in the link.
    public var metadataField: String?
    public var tags: [String] = []
    /// When it runs; nil for once.
    public var schedule: Schedule?

    public init() {}
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// How a flow divides records into batches: by key, by count and by size, in this order.
public struct FlowBatching: Sendable {
    /// Expressions whose values a batch's records share; empty for none.
    public var by: [String]
    public var records: Int?
    public var bytes: ByteSize?
    /// The path of the whole in the flow file.
    public var path: String
    public var positions: Configuration.Positions

    public init(
        by: [String] = [], records: Int? = nil, bytes: ByteSize? = nil, path: String = "",
        positions: Configuration.Positions = Configuration.Positions()
    ) {
        self.by = by
        self.records = records
        self.bytes = bytes
        self.path = path
        self.positions = positions
    }

    /// Where an expression of ``by`` stands in its file.
    public func location(ofKey index: Int) -> Location { positions.location(of: "\(path).by[\(index)]") }
}

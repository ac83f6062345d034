// SPDX-License-Identifier: Apache-2.0

/// Which transfer of which link this is, for inlets and outlets.
public struct Update: Sendable, Hashable, CustomStringConvertible {
    public var link: String
    public var tags: [String]
    /// The number of the transfer, from 0; it goes on where an earlier run of the program stopped.
    public var transfer: Int

    public init(_ link: String, tags: [String] = [], transfer: Int) {
        self.link = link
        self.tags = tags
        self.transfer = transfer
    }

    /// `tag1.tag2.17`
    public var description: String { (tags + [String(transfer)]).joined(separator: ".") }
}

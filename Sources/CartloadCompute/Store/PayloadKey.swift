// SPDX-License-Identifier: Apache-2.0

/// Names the input or the output of a chunk in a store.
public struct PayloadKey: Sendable, Hashable {
    public enum Kind: Int, Sendable, Hashable { case input = 0, output = 1 }

    public var pipeline: String
    public var sequence: Int
    public var kind: Kind

    public init(pipeline: String, sequence: Int, kind: Kind) {
        self.pipeline = pipeline
        self.sequence = sequence
        self.kind = kind
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Where a stream is: opaque JSON that its source wrote and can go on from.
///
/// A checkpoint is saved, or sent on, only when everything before it is durable (I1).
public struct Checkpoint: Sendable, Hashable {
    public var value: JSONValue

    public init(_ value: JSONValue) { self.value = value }
}

extension Checkpoint: CustomStringConvertible {
    public var description: String { value.description }
}

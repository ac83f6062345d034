// SPDX-License-Identifier: Apache-2.0

/// What divides a stream into parts, each of which is read on from where it was.
public enum Partitioning: Sendable, Hashable {
    /// One part for each record of another stream, told apart by some of its fields.
    case parents(stream: String, fields: [String])
    /// One part for each value.
    case list(name: String, values: [JSONTemplate])
}

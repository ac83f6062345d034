// SPDX-License-Identifier: Apache-2.0

/// What about a record does not fit the inputs that are known.
public struct RecordMisfit: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case wrongType
        case missing
        /// There is no such input; the record has it all the same.
        case unknown
    }

    /// Position of the record, from 0.
    public var record: Int
    public var kind: Kind
    /// The member's name.
    public var name: String

    public init(record: Int, kind: Kind, name: String) {
        self.record = record
        self.kind = kind
        self.name = name
    }
}

// SPDX-License-Identifier: Apache-2.0

/// A writer that can take away the records of other versions of a stream, as Singer's ACTIVATE_VERSION asks for.
public protocol VersionedWriter: DestinationWriter {
    /// With the next commit and in its transaction, takes away every record whose version is not this one.
    ///
    /// Records written before and after this call are treated alike; records without a version are older than all.
    func activate(_ activation: VersionActivation) async throws
}

/// Which records stay, and what happens to the others.
public struct VersionActivation: Sendable, Hashable {
    public enum Removal: Sendable, Hashable {
        /// They are deleted.
        case hard
        /// They get this text in a column, unless they have one there already.
        case soft(column: String, text: String)
    }

    public var version: Int64
    /// The column that holds versions.
    public var column: String
    public var removal: Removal

    public init(version: Int64, column: String, removal: Removal) {
        self.version = version
        self.column = column
        self.removal = removal
    }
}

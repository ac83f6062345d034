// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// How the files of BATCH messages are read.
public struct BatchFileOptions: Sendable {
    /// Which files may be read at all; by default none.
    public var access = BatchFileAccess.none
    /// How lines are read, whatever a message's dialect; nil follows it.
    public var rows: BatchMessage.RowForm?
    /// A file may have so many bytes once it is unpacked (I7).
    public var maximumBytes = 64 << 30
    /// A compressed file may grow to so many times its size.
    public var maximumExpansion = 1_000
    public var maximumRecordBytes = 256 << 20
    /// How many files are read at once.
    public var concurrency = 4
    /// Whether local files are deleted once their records are durable.
    public var cleansUp = false
    /// How long the transfer of a file from a host may take; nil for as long as something comes.
    public var remoteTimeout: Duration?

    public init() {}

    /// Removes files that have been used up; what cannot be removed does no harm.
    static func remove(_ paths: [String]) {
        for path in paths { unlink(path) }
    }
}

extension BatchFileAccess {
    /// No file at all.
    public static let none = BatchFileAccess()
}

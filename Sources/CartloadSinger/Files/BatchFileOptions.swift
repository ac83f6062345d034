// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadStorage
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
    /// Where objects of S3 are read.
    public var store = BatchObjectStore()
    /// Whether files of this machine and objects of S3 are deleted once their records are durable.
    public var cleansUp = false
    /// How long the transfer of a file from a host or from S3 may take; nil for as long as something comes.
    public var remoteTimeout: Duration?

    public init() {}

    /// Removes files that have been used up; what cannot be removed does no harm.
    static func remove(_ paths: [String]) {
        for path in paths { unlink(path) }
    }

    /// Removes files that have been used up, wherever they are.
    ///
    /// - Parameter warn: Told about the first object that cannot be removed: what stays in a store costs money.
    func remove(_ places: [BatchFileAccess.Place], warn: (CartloadError) -> Void) async {
        var isWarned = false
        for place in places {
            switch place {
            case .local(let path): unlink(path)
            case .remote: break
            case .object(let object):
                do {
                    try await store.client(object.bucket).delete(object.key)
                } catch {
                    if !isWarned, let error = error as? CartloadError { warn(error) }
                    isWarned = true
                }
            }
        }
    }
}

extension BatchFileAccess {
    /// No file at all.
    public static let none = BatchFileAccess()
}

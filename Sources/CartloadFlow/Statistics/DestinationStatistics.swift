// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What a run has written to one destination.
public struct DestinationStatistics: Sendable, Hashable {
    /// What the user called it: an endpoint or a connector's name.
    public var name: String
    public var recordsWritten = 0
    /// Records that only this destination's own processors, or the destination itself, took out.
    public var recordsRejected = 0
    public var bytesWritten = 0
    public var filesWritten = 0
    public var commits = 0
    /// Batches that it could not take, and without which the run went on.
    public var batchesFailed = 0

    public init(_ name: String) { self.name = name }

    var json: JSONValue {
        [
            "name": .string(name), "records_written": .int(recordsWritten), "records_rejected": .int(recordsRejected),
            "bytes_written": .int(bytesWritten), "files_written": .int(filesWritten), "commits": .int(commits),
            "batches_failed": .int(batchesFailed),
        ]
    }
}

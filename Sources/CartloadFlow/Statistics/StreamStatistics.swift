// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What a run has read of one stream.
public struct StreamStatistics: Sendable, Hashable {
    public var name: String
    public var recordsRead = 0
    /// Records that processors took out, by filters for example.
    public var recordsDropped = 0
    public var recordsRejected = 0
    /// As stored: compressed bytes of a compressed file.
    public var bytesRead = 0
    /// How many bytes there are to read; nil when nobody knows.
    public var bytesTotal: Int?
    public var batchesDone = 0
    /// Batches that a link's batchers made; each went to every outlet.
    public var batchesDivided = 0
    /// Batches that were given up after all tries.
    public var batchesFailed = 0
    /// How many batches this run has to do; nil until the stream is divided.
    public var batchesTotal: Int?

    public init(_ name: String) { self.name = name }

    var json: JSONValue {
        [
            "name": .string(name), "records_read": .int(recordsRead), "records_dropped": .int(recordsDropped),
            "records_rejected": .int(recordsRejected), "bytes_read": .int(bytesRead),
            "bytes_total": bytesTotal.map { .int($0) } ?? nil, "batches_done": .int(batchesDone),
            "batches_total": batchesTotal.map { .int($0) } ?? nil, "batches_failed": .int(batchesFailed),
        ]
    }
}

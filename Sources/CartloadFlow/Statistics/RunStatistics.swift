// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What a run has done, while it goes on and at its end.
public struct RunStatistics: Sendable, Hashable {
    /// The flow's name.
    public var flow: String
    public var streams: [StreamStatistics] = []
    public var destinations: [DestinationStatistics] = []
    /// How often something was noticed in records that were kept, by code.
    public var warnings: [CartloadError.Code: Int] = [:]
    /// The file that holds the rejected records, when there are any.
    public var rejectFile: String?
    public var duration: Duration = .zero
    /// Whether the run went on from an earlier run's checkpoint.
    public var isResumed = false
    /// Whether the run ended early because it was asked to stop.
    public var isStopped = false

    public init(flow: String) { self.flow = flow }

    public var recordsRead: Int { streams.reduce(0) { $0 + $1.recordsRead } }
    public var recordsDropped: Int { streams.reduce(0) { $0 + $1.recordsDropped } }
    public var recordsRejected: Int {
        streams.reduce(0) { $0 + $1.recordsRejected } + destinations.reduce(0) { $0 + $1.recordsRejected }
    }
    public var bytesRead: Int { streams.reduce(0) { $0 + $1.bytesRead } }
    /// Nil unless every stream knows its own.
    public var bytesTotal: Int? { RunStatistics.sum(streams.map(\.bytesTotal)) }
    public var batchesFailed: Int { streams.reduce(0) { $0 + $1.batchesFailed } }
    public var batchesDone: Int { streams.reduce(0) { $0 + $1.batchesDone } }
    /// Nil unless every stream knows its own.
    public var batchesTotal: Int? { RunStatistics.sum(streams.map(\.batchesTotal)) }
    /// A record that goes to two destinations counts twice.
    public var recordsWritten: Int { destinations.reduce(0) { $0 + $1.recordsWritten } }
    public var bytesWritten: Int { destinations.reduce(0) { $0 + $1.bytesWritten } }
    public var filesWritten: Int { destinations.reduce(0) { $0 + $1.filesWritten } }

    /// The statistics of a stream, added when they are not there yet.
    public subscript(stream name: String) -> StreamStatistics {
        get { streams.first { $0.name == name } ?? StreamStatistics(name) }
        set {
            if let index = streams.firstIndex(where: { $0.name == name }) {
                streams[index] = newValue
            } else {
                streams.append(newValue)
            }
        }
    }

    /// The statistics of a destination, added when they are not there yet.
    public subscript(destination name: String) -> DestinationStatistics {
        get { destinations.first { $0.name == name } ?? DestinationStatistics(name) }
        set {
            if let index = destinations.firstIndex(where: { $0.name == name }) {
                destinations[index] = newValue
            } else {
                destinations.append(newValue)
            }
        }
    }

    private static func sum(_ values: [Int?]) -> Int? {
        guard !values.isEmpty else { return nil }
        return values.reduce(into: 0) { total, value in total = total.flatMap { sum in value.map { sum + $0 } } }
    }
}

extension RunStatistics {
    /// One object for `--json` and `--stats`; its fields are only ever added to.
    public var json: JSONValue {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        return [
            "flow": .string(flow), "records_read": .int(recordsRead), "records_written": .int(recordsWritten),
            "records_dropped": .int(recordsDropped), "records_rejected": .int(recordsRejected),
            "bytes_read": .int(bytesRead), "bytes_written": .int(bytesWritten), "files_written": .int(filesWritten),
            "batches_done": .int(batchesDone),
            "batches_total": batchesTotal.map { .int($0) } ?? nil,
            "batches_failed": .int(batchesFailed),
            "seconds": .double((seconds * 1000).rounded() / 1000), "resumed": .bool(isResumed),
            "stopped": .bool(isStopped), "reject_file": rejectFile.map { .string($0) } ?? nil,
            "streams": .array(streams.map(\.json)), "destinations": .array(destinations.map(\.json)),
            "warnings": .object(
                JSONObject(
                    warnings.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key.rawValue, .int($0.value)) })),
        ]
    }
}

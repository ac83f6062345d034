// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Synchronization

/// A destination that tells an ``EventLog`` what is asked of it, keeps what was committed, and fails when it is told to.
final class WatchedDestination: GroupedDestination {
    struct Failure: Error {}

    let log: EventLog
    /// The first event that fails, such as `commit` or `write users`; nil for none.
    let failsAt: String?
    private let kept = Mutex<[String: [JSONObject]]>([:])

    init(_ log: EventLog, failsAt: String? = nil) {
        self.log = log
        self.failsAt = failsAt
    }

    /// The committed records of a stream.
    func records(_ stream: String) -> [JSONObject] { kept.withLock { $0[stream] ?? [] } }

    func ids(_ stream: String) -> [Int] { records(stream).compactMap { $0["id"]?.intValue } }

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        preconditionFailure("a target opens groups")
    }

    func group() throws -> any DestinationGroup { Group(destination: self) }

    fileprivate func note(_ event: String) throws {
        log.note(event)
        if let failsAt, event.hasPrefix(failsAt) {
            throw CartloadError(CartloadError.Code("test.failure"), "failed at \(event)")
        }
    }

    private struct Group: DestinationGroup {
        let destination: WatchedDestination

        func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
            try destination.note("open \(stream.name) \(WatchedWriter.columns(stream))")
            return WatchedWriter(destination, stream.name)
        }

        func commit(_ commits: [StreamCommit]) async throws {
            let writers = commits.compactMap { $0.writer as? WatchedWriter }
            let isLast = commits.contains { $0.commit.isLast }
            try destination.note("commit \(writers.map(\.name).joined(separator: ","))\(isLast ? " last" : "")")
            for writer in writers { destination.keep(writer.take(), writer.name) }
        }

        func close() async throws { destination.log.note("close") }
    }

    fileprivate func keep(_ records: [JSONObject], _ stream: String) {
        kept.withLock { $0[stream, default: []] += records }
    }
}

/// The writer of a ``WatchedDestination``.
final class WatchedWriter: SchemaFollowing, VersionedWriter {
    let name: String
    private let destination: WatchedDestination
    private let pending = Mutex<[JSONObject]>([])

    init(_ destination: WatchedDestination, _ name: String) {
        self.destination = destination
        self.name = name
    }

    static func columns(_ stream: DestinationStream) -> String {
        let fields = stream.schema?.fields.map { "\($0.name):\($0.type)" } ?? []
        return fields.joined(separator: ",") + (stream.keys.isEmpty ? "" : " by \(stream.keys.joined(separator: ","))")
    }

    func take() -> [JSONObject] {
        pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
    }

    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        let records = try batch.opened(&diagnostics).records().map(\.object)
        return PreparedBatch(records, recordCount: records.count, byteCount: batch.byteCount)
    }

    func write(_ batch: PreparedBatch) async throws {
        guard let records = batch.payload as? [JSONObject] else { preconditionFailure("another writer's batch") }
        pending.withLock { $0 += records }
        let ids = records.map { $0["id"]?.description ?? "-" }
        try destination.note("write \(name) \(ids.joined(separator: ","))")
    }

    func commit(_ commit: Commit) async throws -> JSONValue { preconditionFailure("the group commits") }

    func follow(_ stream: DestinationStream) async throws {
        try destination.note("follow \(name) \(WatchedWriter.columns(stream))")
    }

    func activate(_ activation: VersionActivation) async throws {
        let removal =
            switch activation.removal {
            case .hard: "hard"
            case .soft(let column, _): "soft \(column)"
            }
        try destination.note("activate \(name) \(activation.version) \(removal)")
    }
}

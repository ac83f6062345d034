// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

extension CartloadError.Code {
    /// A record has no value for a field of the key.
    public static let missingKey = CartloadError.Code("record.missing-key")
}

/// A destination that keeps records in memory, for tests and for embedding; its commits are transactions.
public final class MemoryDestination: TransactionalDestination {
    private struct State {
        var records: [String: [JSONObject]] = [:]
        var commits: [String: Commit] = [:]
    }

    /// Whether records replace those with the same keys.
    public let isUpsert: Bool
    private let state = Mutex(State())

    public init(isUpsert: Bool = false) { self.isUpsert = isUpsert }

    /// The committed records of a stream.
    public func records(of stream: String) -> [JSONObject] { state.withLock { $0.records[stream] ?? [] } }

    public func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        MemoryWriter(destination: self, stream: stream)
    }

    fileprivate func apply(_ records: [JSONObject], _ stream: DestinationStream, _ commit: Commit) {
        state.withLock { state in
            state.commits[stream.checkpointID + "\u{0}" + stream.name] = commit
            guard isUpsert, !stream.keys.isEmpty else {
                state.records[stream.name, default: []] += records
                return
            }
            var all = state.records[stream.name] ?? []
            var places: [[JSONValue]: Int] = [:]
            func key(_ record: JSONObject) -> [JSONValue] { stream.keys.map { record[$0] ?? .null } }
            for (place, record) in all.enumerated() { places[key(record)] = place }
            for record in records {
                if let place = places[key(record)] {
                    all[place] = record
                } else {
                    places[key(record)] = all.count
                    all.append(record)
                }
            }
            state.records[stream.name] = all
        }
    }

    public func lastCommit(of stream: DestinationStream) async throws -> Commit? {
        state.withLock { $0.commits[stream.checkpointID + "\u{0}" + stream.name] }
    }

    public func forgetCommits(of stream: DestinationStream) async throws {
        state.withLock { _ = $0.commits.removeValue(forKey: stream.checkpointID + "\u{0}" + stream.name) }
    }
}

private final class MemoryWriter: DestinationWriter {
    let destination: MemoryDestination
    let stream: DestinationStream
    private let pending = Mutex<[JSONObject]>([])

    init(destination: MemoryDestination, stream: DestinationStream) {
        self.destination = destination
        self.stream = stream
    }

    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        var records = try batch.records().map(\.object)
        if destination.isUpsert {
            records.removeAll { record in
                guard let key = stream.keys.first(where: { (record[$0] ?? .null).isNull }) else { return false }
                diagnostics.reject(
                    Diagnostic(
                        .missingKey, "the record has no value for the key \"\(key)\"", at: batch.origin,
                        record: Bytes(JSONValue.object(record).description)))
                return true
            }
        }
        return PreparedBatch(records, recordCount: records.count, byteCount: batch.byteCount)
    }

    func write(_ batch: PreparedBatch) async throws {
        guard let records = batch.payload as? [JSONObject] else { preconditionFailure("another writer's batch") }
        pending.withLock { $0 += records }
    }

    func commit(_ commit: Commit) async throws -> JSONValue {
        let records = pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
        destination.apply(records, stream, commit)
        return ["sequence": .int(commit.sequence)]
    }

    func close() async throws { pending.withLock { $0 = [] } }
}

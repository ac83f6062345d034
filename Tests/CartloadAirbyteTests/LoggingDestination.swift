// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Synchronization

/// A destination that notes how many records of each stream are durable, for whoever wants to know when.
final class LoggingDestination: GroupedDestination {
    private let kept = Mutex<[String: [JSONObject]]>([:])
    /// Fails the commit of this number.
    let failsAtCommit: Int
    private let commits = Mutex(0)

    init(failsAtCommit: Int = .max) { self.failsAtCommit = failsAtCommit }

    /// The durable records of a stream.
    func records(_ stream: String) -> [JSONObject] { kept.withLock { $0[stream] ?? [] } }

    func ids(_ stream: String) -> [Int] { records(stream).compactMap { $0["id"]?.intValue } }

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        preconditionFailure("a destination of messages opens groups")
    }

    func group() throws -> any DestinationGroup { Group(destination: self) }

    private struct Group: DestinationGroup {
        let destination: LoggingDestination

        func open(_ stream: DestinationStream) async throws -> any DestinationWriter { Writer(name: stream.name) }

        func commit(_ commits: [StreamCommit]) async throws {
            let number = destination.commits.withLock { count in
                count += 1
                return count
            }
            if number >= destination.failsAtCommit {
                throw CartloadError(CartloadError.Code("test.failure"), "the commit \(number) fails")
            }
            for writer in commits.compactMap({ $0.writer as? Writer }) {
                let records = writer.take()
                destination.kept.withLock { $0[writer.name, default: []] += records }
            }
        }

        func close() async throws {}
    }

    private final class Writer: DestinationWriter {
        let name: String
        private let pending = Mutex<[JSONObject]>([])

        init(name: String) { self.name = name }

        func take() -> [JSONObject] {
            pending.withLock { pending in
                defer { pending = [] }
                return pending
            }
        }

        func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
            PreparedBatch(try batch.records().map(\.object), recordCount: batch.count ?? 0, byteCount: batch.byteCount)
        }

        func write(_ batch: PreparedBatch) async throws {
            guard let records = batch.payload as? [JSONObject] else { preconditionFailure("another writer's batch") }
            pending.withLock { $0 += records }
        }

        func commit(_ commit: Commit) async throws -> JSONValue { .null }
    }
}

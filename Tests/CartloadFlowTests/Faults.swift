// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadFlow
import Synchronization

/// Counts the steps of a run and crashes at one: from then on nothing works, as for a process that is gone.
final class Faults: Sendable {
    struct Crash: Error {}

    private let state: Mutex<(step: Int, crash: Int?)>

    init(crash: Int? = nil) { state = Mutex((0, crash)) }

    /// How many steps there were.
    var steps: Int { state.withLock { $0.step } }

    /// A step; the crash comes before it.
    func step() throws {
        let isOver = state.withLock { state in
            state.step += 1
            return state.crash.map { state.step >= $0 } ?? false
        }
        if isOver { throw Crash() }
    }
}

/// A store that crashes before or after a save.
struct FaultyStore: CheckpointStore {
    let base: MemoryCheckpointStore
    let faults: Faults

    func claim(_ id: String) throws -> CheckpointClaim { try base.claim(id) }
    func load(_ id: String) throws -> SavedCheckpoint? { try base.load(id) }
    func forget(_ id: String) throws {
        try faults.step()
        try base.forget(id)
    }
    func save(_ state: SavedCheckpoint, for id: String) throws {
        try faults.step()
        try base.save(state, for: id)
        try faults.step()
    }
}

/// A writer that crashes before or after a call.
private struct FaultyWriter: DestinationWriter {
    let base: any DestinationWriter
    let faults: Faults

    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        try base.prepare(batch, &diagnostics)
    }
    func write(_ batch: PreparedBatch) async throws {
        try faults.step()
        try await base.write(batch)
    }
    func commit(_ commit: Commit) async throws -> JSONValue {
        try faults.step()
        let receipt = try await base.commit(commit)
        try faults.step()
        return receipt
    }
    func close() async throws { try await base.close() }
}

/// A destination whose writers crash.
struct FaultyDestination: TransactionalDestination {
    let base: MemoryDestination
    let faults: Faults

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        FaultyWriter(base: try await base.open(stream), faults: faults)
    }
    func lastCommit(of stream: DestinationStream) async throws -> Commit? { try await base.lastCommit(of: stream) }
    func forgetCommits(of stream: DestinationStream) async throws {
        try faults.step()
        try await base.forgetCommits(of: stream)
    }
}

/// A destination without transactions, as files are: what a commit makes visible is cut back to a receipt.
final class LogDestination: Destination {
    let log = Mutex<[JSONObject]>([])
    let faults: Faults
    /// Shares the log of another, for another run over the same place.
    private let base: LogDestination?

    init(faults: Faults, sharing base: LogDestination? = nil) {
        self.faults = faults
        self.base = base
    }

    var place: LogDestination { base ?? self }
    var records: [JSONObject] { place.log.withLock { $0 } }

    func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        let length = stream.receipt?["length"]?.intValue ?? 0
        place.log.withLock { log in
            if log.count > length { log.removeSubrange(length...) }
        }
        return FaultyWriter(base: Writer(destination: place), faults: faults)
    }

    private final class Writer: DestinationWriter {
        let destination: LogDestination
        private let pending = Mutex<[JSONObject]>([])

        init(destination: LogDestination) { self.destination = destination }

        func write(_ batch: PreparedBatch) async throws {
            guard let batch = batch.payload as? RecordBatch else { preconditionFailure("another writer's batch") }
            let records = try batch.records().map(\.object)
            pending.withLock { $0 += records }
        }

        func commit(_ commit: Commit) async throws -> JSONValue {
            let records = pending.withLock { pending in
                defer { pending = [] }
                return pending
            }
            return destination.log.withLock { log in
                log += records
                return ["length": .int(log.count)]
            }
        }
    }
}

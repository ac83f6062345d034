// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow
internal import Synchronization

/// The state of a sync as the engine's checkpoint store: it is read here, and leaves with STATE messages.
final class SourceStateStore: CheckpointStore {
    /// What the reject file needs, which goes on from stream to stream.
    private let receipts = Mutex<[String: JSONValue]>([:])
    private let resumesAt = Mutex<Checkpoint?>(nil)

    /// Begins a stream.
    func begin(_ plan: SourceStreamPlan) { resumesAt.withLock { $0 = plan.resumesAt } }

    func claim(_ id: String) throws -> CheckpointClaim { CheckpointClaim {} }

    func load(_ id: String) throws -> SavedCheckpoint? {
        SavedCheckpoint(checkpoint: resumesAt.withLock { $0 }, receipts: receipts.withLock { $0 })
    }

    func save(_ state: SavedCheckpoint, for id: String) throws {
        receipts.withLock { $0 = state.receipts.filter { $0.key == RejectFile.receiptName } }
    }

    func forget(_ id: String) throws {}
}

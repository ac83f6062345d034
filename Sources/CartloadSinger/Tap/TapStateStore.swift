// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// The state of a Singer run as the engine's checkpoint store: it is read here, and leaves with STATE messages.
struct TapStateStore: CheckpointStore {
    let session: TapSession
    let plan: TapStreamPlan

    func claim(_ id: String) throws -> CheckpointClaim { CheckpointClaim {} }

    func load(_ id: String) throws -> SavedCheckpoint? {
        SavedCheckpoint(checkpoint: plan.resumesAt, receipts: session.receipts)
    }

    /// Keeps only what the reject file needs, which goes on from stream to stream.
    func save(_ state: SavedCheckpoint, for id: String) throws {
        session.receipts = state.receipts.filter { $0.key == RejectFile.receiptName }
    }

    func forget(_ id: String) throws {}
}

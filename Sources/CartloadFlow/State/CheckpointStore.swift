// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Where a flow keeps its streams' checkpoints between runs.
///
/// A run first claims an id, then loads what an earlier run saved. For each commit it saves twice: before the
/// destinations commit, the old state with the next one as ``SavedCheckpoint/intent``; after all of them have, the
/// next state. A crash between the two leaves the intent, and the destinations' own records say which of them got
/// there (I2, I3). A saved checkpoint is durable when `save` returns (I1). Calls may block.
public protocol CheckpointStore: Sendable {
    /// Makes an id this run's own until the claim is released or the process ends, however it ends.
    ///
    /// - Throws: `CartloadError` with code `flow.already-running` while another run holds it.
    func claim(_ id: String) throws -> CheckpointClaim

    /// The last state that was saved for an id; nil when there is none.
    func load(_ id: String) throws -> SavedCheckpoint?

    /// Replaces the state of an id, durably.
    func save(_ state: SavedCheckpoint, for id: String) throws

    /// Removes the state of an id, if there is one.
    func forget(_ id: String) throws
}

/// Where a stream of a flow is, and what each destination needs to go on from there.
public struct SavedCheckpoint: Sendable, Hashable {
    /// A state that the destinations are about to reach.
    public struct Intent: Sendable, Hashable {
        public var sequence: Int
        public var checkpoint: Checkpoint
        /// The receipts of destinations that have committed already, by destination name.
        public var receipts: [String: JSONValue]

        public init(sequence: Int, checkpoint: Checkpoint, receipts: [String: JSONValue] = [:]) {
            self.sequence = sequence
            self.checkpoint = checkpoint
            self.receipts = receipts
        }
    }

    /// The sequence number of the last commit that all destinations made; 0 before the first.
    public var sequence: Int
    /// Where the stream is; nil before the first commit.
    public var checkpoint: Checkpoint?
    /// The destinations' receipts, by destination name.
    public var receipts: [String: JSONValue]
    /// The commit under way, if a run ended in the middle of it.
    public var intent: Intent?
    /// When this was saved, in seconds since 1970; for humans, given by the caller.
    public var updatedAt: Int64

    public init(
        sequence: Int = 0, checkpoint: Checkpoint? = nil, receipts: [String: JSONValue] = [:], intent: Intent? = nil,
        updatedAt: Int64 = 0
    ) {
        self.sequence = sequence
        self.checkpoint = checkpoint
        self.receipts = receipts
        self.intent = intent
        self.updatedAt = updatedAt
    }
}

/// The right to run under an id; it ends with ``release()``, with the last reference, or with the process.
public final class CheckpointClaim: Sendable {
    private let onRelease: Once

    /// - Parameter release: Called once.
    public init(release: @escaping @Sendable () -> Void) { onRelease = Once(release) }

    public func release() { onRelease.run() }

    deinit { onRelease.run() }
}

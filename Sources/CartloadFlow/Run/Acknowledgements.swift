// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Synchronization

/// Saves the newest commit of a stream that all its acknowledging writers have acknowledged, and no newer one (I1).
///
/// What the others made durable beyond it is theirs to undo or to skip when the run resumes: receipts are those of the
/// commit that is saved, and a transactional destination that is further is ahead (see ``Resumption``), whatever the
/// distance.
final class Acknowledgements: Sendable {
    private let writers: [any AcknowledgingWriter]
    private let store: any CheckpointStore
    private let checkpointID: String
    private let pending: Mutex<PendingCommits>

    /// - Returns: nil when no writer acknowledges later.
    init?(_ writers: [any DestinationWriter], run: StreamRun) {
        self.writers = writers.compactMap { $0 as? any AcknowledgingWriter }
        if self.writers.isEmpty { return nil }
        store = run.store
        checkpointID = run.checkpointID
        pending = Mutex(PendingCommits(capacity: run.options.pendingCommits))
    }

    /// Notes a commit that every destination has made or was handed.
    func add(_ commit: SavedCheckpoint) { pending.withLock { $0.add(commit) } }

    /// Saves what is acknowledged by now.
    ///
    /// - Parameter isLast: Everything is, because the last commit has returned.
    func save(isLast: Bool = false) throws {
        let acknowledged = isLast ? Int.max : writers.map(\.acknowledged).min() ?? 0
        guard let saved = pending.withLock({ $0.acknowledge(upTo: acknowledged) }) else { return }
        try store.save(saved, for: checkpointID)
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Where a run begins, decided from what the checkpoint store and the transactional destinations remember.
///
/// A commit goes through three steps: destinations without transactions make their part durable, the store notes the
/// intent, the transactional destinations commit, the store notes the commit. A crash can fall between any two of them;
/// this is where they are brought together again (I2, I3).
struct Resumption: Equatable {
    /// Where to read from; nil from the beginning.
    var checkpoint: Checkpoint?
    /// The sequence number of the commit that is resumed from, 0 at the beginning.
    var sequence = 0
    /// Receipts of the destinations, by outlet.
    var receipts: [String: JSONValue] = [:]
    /// Routes that are already further, with the checkpoint up to which they take nothing.
    var ahead: [String: Checkpoint] = [:]

    /// Decides.
    ///
    /// - Parameters:
    ///   - saved: What the store has.
    ///   - transactional: The last commit of each transactional destination, by outlet; nil for one that has none.
    ///   - participants: How many destinations there are, the reject file counted as one.
    init(saved: SavedCheckpoint?, transactional: [String: Commit?], participants: Int) {
        let commits = transactional.compactMapValues { $0 }
        // With one transactional destination there is nothing to reconcile: it holds its own truth.
        if participants == 1, let (_, commit) = transactional.first {
            checkpoint = commit?.checkpoint
            sequence = commit?.sequence ?? 0
            return
        }
        if let intent = saved?.intent, !commits.isEmpty,
            transactional.values.allSatisfy({ $0?.checkpoint == intent.checkpoint })
        {
            // Everyone had committed; only the store had not heard of it.
            checkpoint = intent.checkpoint
            sequence = intent.sequence
            receipts = intent.receipts
            return
        }
        checkpoint = saved?.checkpoint
        receipts = saved?.receipts ?? [:]
        for (outlet, commit) in commits where commit.checkpoint != checkpoint {
            ahead[outlet] = commit.checkpoint
        }
        sequence = max(saved?.sequence ?? 0, commits.values.map(\.sequence).max() ?? 0)
    }
}

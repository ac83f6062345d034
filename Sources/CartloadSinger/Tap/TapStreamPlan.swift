// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// How one stream is read and sent.
struct TapStreamPlan: Sendable {
    /// How a stream is replicated, with what its bookmark needs.
    enum Replication: Sendable {
        case fullTable
        /// In the order of a field; `position` tells its value at a checkpoint.
        case sorted(key: String, position: @Sendable (Checkpoint) -> JSONValue?)
        /// All of it, sending what is not older than the bookmark.
        case unsorted(key: String, highest: HighestValue)
        /// Sent on from elsewhere; its states are numbers of commits.
        case counted
    }

    let name: String
    var stream: any CartloadCore.Stream
    /// What the first SCHEMA message says; it is widened when records need it.
    let schema: SchemaMessage
    /// Validation, increment, selection and the user's own, in this order; RECORD messages and batch files come after
    /// them (I4).
    let processors: [any Processor]
    let replication: Replication
    /// The version of this reading, for streams that have one.
    let version: Int64?
    /// Where an earlier run got to; nil begins anew.
    let resumesAt: Checkpoint?

    /// Writes the progress of a checkpoint into a bookmark.
    func mark(_ bookmark: inout TapState.Bookmark, _ commit: Commit) {
        switch replication {
        case .fullTable:
            bookmark = TapState.Bookmark()
            guard !commit.isLast else { return }
            bookmark.set(checkpoint: commit.checkpoint)
            bookmark.version = version
        case .sorted(let key, let position):
            let earlier = bookmark.replicationValue
            bookmark = TapState.Bookmark()
            bookmark.replicationKey = key
            bookmark.replicationValue = position(commit.checkpoint) ?? earlier
            bookmark.set(checkpoint: commit.checkpoint)
        case .counted:
            bookmark = TapState.Bookmark()
            bookmark.value["sequence"] = .int(commit.sequence)
        case .unsorted(let key, let highest):
            let earlier = bookmark.replicationValue
            bookmark = TapState.Bookmark()
            bookmark.replicationKey = key
            if commit.isLast {
                bookmark.replicationValue = highest.value ?? earlier
            } else {
                bookmark.replicationValue = earlier
                bookmark.value["progress_markers"] = [
                    "Note": "Progress is not resumable if interrupted.", "replication_key": .string(key),
                    "replication_key_value": highest.value.map(TapState.Bookmark.withoutFraction) ?? nil,
                ]
            }
        }
    }
}

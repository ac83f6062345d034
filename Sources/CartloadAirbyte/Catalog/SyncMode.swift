// SPDX-License-Identifier: Apache-2.0

/// How a stream is read.
public enum SyncMode: String, Sendable, Hashable {
    /// All of it.
    case fullRefresh = "full_refresh"
    /// What is new since the state.
    case incremental
}

/// How a stream is loaded.
public enum DestinationSyncMode: String, Sendable, Hashable {
    /// Records are added.
    case append
    /// They take the place of all there are, once the stream is complete.
    case overwrite
    /// They replace those with the same primary key.
    case appendDedup = "append_dedup"
}

// SPDX-License-Identifier: Apache-2.0

/// A stream that is told which of its batches are safe, so that it can hold back those that must not be repeated together.
public protocol CommitFollowing: Stream {
    /// Called before the batches of a run are read, by an engine that is going to call ``committed(_:)`` for each.
    func willCommit()

    /// Called for each batch before it is read, in the order of batches: reading itself begins on a thread of its own, in any.
    func willRead(_ batch: BatchDescription)

    /// Called after the commit that ends a batch.
    func committed(_ batch: BatchDescription)
}

// SPDX-License-Identifier: Apache-2.0

/// A stream whose batches depend on what there is when a run begins, such as the time, a size or a greatest key.
///
/// A run that is broken off must come by the same batches again, or what is done cannot be told from what is not. So it
/// first asks for a plan, which is a checkpoint like any other, and begins from that: what the run saves goes on from it.
public protocol PlannedStream: ComposableStream {
    /// The checkpoint that a run begins with, in which it says what it is going to read.
    ///
    /// Called once a run, before ``Stream/batches(since:)``, which is given the result. A plan that has been begun stays,
    /// batch by batch, and what has come since is added behind it.
    ///
    /// - Parameter checkpoint: Where an earlier run got to, nil at first.
    func plan(since checkpoint: Checkpoint?) async throws -> Checkpoint
}

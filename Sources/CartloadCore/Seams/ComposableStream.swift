// SPDX-License-Identifier: Apache-2.0

/// A stream whose batches may be read at the same time and end in any order.
///
/// Its checkpoints compose: the engine remembers "all batches up to here, and these after it", so that a batch which ended
/// early is not read again, and a slow one holds up no other. Records of different batches come mixed; those of one batch
/// keep their order.
///
/// In `read`, a checkpoint given to ``BatchOutput/write(_:bytesRead:checkpoint:diagnostics:)`` is a place inside that batch:
/// when the batch is read again, it comes back in ``BatchDescription/resume``. The last call is ``BatchOutput/close(_:)``.
public protocol ComposableStream: Stream {
    /// Where the stream is when one more batch is done and all that come before it in the order of batches are, too.
    ///
    /// Say where the batch ends, not what the greatest record was: then an empty batch is not asked for again.
    ///
    /// - Parameter checkpoint: Where the stream was before; nil at the beginning.
    func checkpoint(after batch: BatchDescription, since checkpoint: Checkpoint?) throws -> Checkpoint
}

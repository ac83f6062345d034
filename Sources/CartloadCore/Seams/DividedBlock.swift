// SPDX-License-Identifier: Apache-2.0

/// Batches that whoever reads a stream has made itself, with what became of the records on the way there.
public struct DividedBlock: Sendable {
    /// The records, open; nil for none.
    public var batch: RecordBatch?
    /// The positions of `batch` that each batch has, in order.
    public var parts: [BatchPart]
    /// How many records were read for them, those counted that were taken out since.
    public var recordsRead: Int
    /// How many were taken out without an error.
    public var recordsDropped: Int
    public var bytesRead: Int
    /// A checkpoint that holds once these batches and all before them are durable; nil if there is none.
    public var checkpoint: Checkpoint?
    public var diagnostics: Diagnostics

    public init(
        _ batch: RecordBatch? = nil, parts: [BatchPart] = [], recordsRead: Int = 0, recordsDropped: Int = 0,
        bytesRead: Int = 0,
        checkpoint: Checkpoint? = nil, diagnostics: Diagnostics = Diagnostics()
    ) {
        self.batch = batch
        self.parts = parts
        self.recordsRead = recordsRead
        self.recordsDropped = recordsDropped
        self.bytesRead = bytesRead
        self.checkpoint = checkpoint
        self.diagnostics = diagnostics
    }
}

extension RecordBatch {
    /// One part of the batch, as a batch that shares its bytes.
    public func part(_ part: BatchPart) -> RecordBatch {
        var batch = self
        batch.selection = selection.map { $0.narrowed(by: part.positions) } ?? part.positions
        if let key = part.key { batch.key = key }
        return batch
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Batches that whoever reads a stream has made itself, with what became of the records on the way there.
public struct DividedBlock: Sendable {
    /// The batches, in order, none of them sealed.
    public var batches: [RecordBatch]
    /// How many records were read for them, those counted that were taken out since.
    public var recordsRead: Int
    /// How many were taken out without an error.
    public var recordsDropped: Int
    public var bytesRead: Int
    /// A checkpoint that holds once these batches and all before them are durable; nil if there is none.
    public var checkpoint: Checkpoint?
    public var diagnostics: Diagnostics

    public init(
        _ batches: [RecordBatch], recordsRead: Int = 0, recordsDropped: Int = 0, bytesRead: Int = 0,
        checkpoint: Checkpoint? = nil, diagnostics: Diagnostics = Diagnostics()
    ) {
        self.batches = batches
        self.recordsRead = recordsRead
        self.recordsDropped = recordsDropped
        self.bytesRead = bytesRead
        self.checkpoint = checkpoint
        self.diagnostics = diagnostics
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// Records of one stream on their way to a worker.
struct TargetRecords: Sendable {
    var batch: RecordBatch
    var stamps = RecordStamps()
    var bytesRead = 0
    /// What was found wrong before.
    var diagnostics = Diagnostics()
}

/// What messages say about records beside the records themselves.
struct RecordStamps: Sendable {
    /// `time_extracted` of each row of the batch's body, as JSON text; empty when all have ``timeExtracted``.
    var timesExtracted: [Bytes] = []
    /// `time_extracted` of all, as JSON text.
    var timeExtracted: Bytes?
    var version: Int64?
    /// When they came, in microseconds since 1970.
    var received: Int64 = 0
    /// When the run began, in microseconds since 1970.
    var started: Int64 = 0
    /// A number that grows from record to record, over runs too.
    var firstSequence: Int64 = 0
}

/// What goes from the reader through the workers to the writer, in order.
enum TargetPiece: Sendable {
    case records(TargetStream, TargetRecords)
    /// A STATE that is true once everything before it is durable, as JSON text.
    case state(Bytes)
    /// A SCHEMA that is new: the writer opens or changes the stream and answers.
    case schema(TargetStreamPlan, OneAnswer<any DestinationWriter>)
    case activate(TargetStream, version: Int64)
    /// Files that the writer loads itself.
    case files(TargetStream, BatchFiles, BatchPromise)
    /// A BATCH message that is passed on as it is.
    case batch(TargetStream, Bytes)
    /// The files of a BATCH message have been read.
    case batchEnd(BatchEnd)
}

/// What is to be done when all records of a BATCH message have been written.
struct BatchEnd: Sendable {
    var stream: TargetStream
    /// Files to be deleted once their records are durable.
    var consumed: [BatchFileAccess.Place]
}

/// What the writer gets.
enum TargetWork: Sendable {
    /// Prepared records; nil when none were left.
    case records(TargetStream, PreparedBatch?, Diagnostics, bytesRead: Int, RecordStamps)
    case piece(TargetPiece)
    /// Time has passed.
    case tick
}

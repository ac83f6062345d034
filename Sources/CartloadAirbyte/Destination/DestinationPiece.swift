// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What goes from the reader through the workers to the writer, in order.
enum DestinationPiece: Sendable {
    case records(LoadedStream, RecordBatch, Diagnostics, bytesRead: Int)
    /// A STATE message as it came, true once everything before it is durable.
    case state(Bytes)
    /// All records of the stream have come.
    case complete(LoadedStream)
}

/// What the writer gets.
enum DestinationWork: Sendable {
    /// Prepared records; nil when none were left.
    case records(LoadedStream, PreparedBatch?, Diagnostics, bytesRead: Int)
    case state(Bytes)
    case complete(LoadedStream)
    /// Time has passed.
    case tick
}

// SPDX-License-Identifier: Apache-2.0

/// A writer that takes records one by one: the easy way to a destination of one's own.
///
/// Only these two methods are needed. Records are opened on several cores, then ``write(records:)`` and
/// ``DestinationWriter/commit(_:)`` come one at a time, in order, and may block; an actor fits well.
public protocol RecordWriter: DestinationWriter {
    /// Adds records to what the next commit makes durable.
    func write(records: [Record]) async throws
}

extension RecordWriter {
    public func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        let records = try batch.opened(&diagnostics).records()
        return PreparedBatch(records, recordCount: records.count, byteCount: batch.byteCount)
    }

    public func write(_ batch: PreparedBatch) async throws {
        guard let records = batch.payload as? [Record] else { preconditionFailure("not prepared by this writer") }
        try await write(records: records)
    }
}

// SPDX-License-Identifier: Apache-2.0

/// A step between source and destination: a batch in, a batch out.
///
/// Processors are values without memory of earlier batches, so that batches are processed on several cores at once.
public protocol Processor: Sendable {
    /// Works on one batch.
    ///
    /// Records that cannot be processed are rejected into `diagnostics` and left out of the result.
    func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch

    /// The schema of what comes out when this goes in; by default the same.
    ///
    /// - Throws: `CartloadError` when the processor does not fit the schema, such as an unknown field.
    func schema(from input: Schema) throws -> Schema
}

extension Processor {
    public func schema(from input: Schema) throws -> Schema { input }
}

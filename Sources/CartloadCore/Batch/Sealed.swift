// SPDX-License-Identifier: Apache-2.0

/// Whole records still in a format's encoding, for pass-through or for opening later on another core.
public struct Sealed: Sendable {
    /// The format's name, such as `jsonl` or `csv`; two ends that agree on it can move the bytes unread.
    public let format: String
    public let bytes: Bytes
    /// How many records there are, when the reader counted them.
    public let count: Int?
    /// Turns the bytes into rows or columns.
    public let decoder: any SealedDecoder

    public init(format: String, bytes: Bytes, count: Int? = nil, decoder: any SealedDecoder) {
        self.format = format
        self.bytes = bytes
        self.count = count
        self.decoder = decoder
    }
}

/// Opens sealed bytes; a format provides it, together with its reader.
public protocol SealedDecoder: Sendable {
    /// Decodes all records of a block, checking every one of them.
    ///
    /// Called on any thread, for several blocks at a time. Records that are not valid go to `diagnostics` as rejects and
    /// are left out of the result.
    ///
    /// - Parameters:
    ///   - sealed: The block; it begins and ends between two records.
    ///   - origin: Where its first record is.
    /// - Throws: `CartloadError` when the block cannot be read at all.
    func decode(_ sealed: Sealed, at origin: Location, _ diagnostics: inout Diagnostics) throws -> RecordBatch.Body

    /// Decodes a block and takes fields out of its records; by default one after the other.
    func decode(
        _ sealed: Sealed, extracting projection: Projection, at origin: Location, _ diagnostics: inout Diagnostics
    ) throws -> (batch: RecordBatch, columns: ProjectedColumns)
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A way to write records as bytes, such as JSON Lines or CSV.
///
/// Reading is divided so that only the cheap part is serial: a splitter cuts the input into blocks between two records,
/// and its decoder opens blocks on any number of threads. Writing is encoding of whole batches on any thread, then
/// appending in order.
public protocol RecordFormat: Sendable {
    /// The name in configurations: `jsonl`, `csv`.
    var name: String { get }

    /// Begins to read an uncompressed input at its beginning.
    ///
    /// - Parameter reader: Placed at byte 0, also when `options.start` says to go on elsewhere: a header comes first.
    func splitter(over reader: any ByteReader, _ options: SplitOptions) throws -> any RecordSplitter

    /// Makes what turns batches into bytes.
    func encoder() -> any RecordEncoder
}

/// Bounds and place of splitting.
public struct SplitOptions: Sendable, Hashable {
    /// About how many bytes a block has; a single larger record is a block of its own.
    public var blockSize: Int
    /// A longer record is an error (I7).
    public var maximumRecordBytes: Int
    /// Where to go on, as an earlier ``SplitBlock/end`` said; nil for the beginning.
    public var start: Position?
    /// The byte between two records to stop at; nil for the end of the input. What the input's beginning tells, such as
    /// types, it tells whatever part is read.
    public var end: Int?

    public init(
        blockSize: Int = 1 << 19, maximumRecordBytes: Int = 64 << 20, start: Position? = nil, end: Int? = nil
    ) {
        self.blockSize = max(blockSize, 16)
        self.maximumRecordBytes = maximumRecordBytes
        self.start = start
        self.end = end
    }
}

/// Cuts one input into blocks; called from one thread at a time.
public protocol RecordSplitter: AnyObject {
    /// What opens the blocks.
    var decoder: any SealedDecoder { get }
    /// The schema of all blocks, when the input's beginning or the options tell; single blocks may be wider.
    var schema: Schema? { get }
    /// Where the next block begins.
    var position: Position { get }

    /// The next block, or nil at the end.
    ///
    /// - Parameter maximumRecords: The block has no more records than this, and exactly as many if that comes first.
    /// - Throws: `CartloadError`, located.
    func next(maximumRecords: Int?) throws -> SplitBlock?
}

extension RecordSplitter {
    /// The next block, or nil at the end.
    public func next() throws -> SplitBlock? { try next(maximumRecords: nil) }
}

/// Turns batches into bytes; called for several batches at once.
public protocol RecordEncoder: Sendable {
    /// What a file begins with, given the fields of its records; nil when there is nothing.
    func header(_ fields: [String]) -> Bytes?

    /// Encodes all records of a batch.
    ///
    /// - Parameter fields: The fields of the file, when they are settled; records are written with exactly these. nil
    ///   takes the batch's own, which the result then names.
    /// - Throws: `CartloadError` with code `format.other-fields` when the batch has a field that `fields` lacks.
    func encode(_ batch: RecordBatch, fields: [String]?, _ diagnostics: inout Diagnostics) throws -> EncodedBlock
}

/// Records as bytes of a format, without the file's header.
public struct EncodedBlock: Sendable {
    public let bytes: Bytes
    /// The offset after each record, so that blocks can be cut between any two.
    public let recordEnds: [Int32]
    /// The fields in the order in which they were written; nil for formats that name them in every record.
    public let fields: [String]?

    public init(bytes: Bytes, recordEnds: [Int32], fields: [String]? = nil) {
        self.bytes = bytes
        self.recordEnds = recordEnds
        self.fields = fields
    }

    /// The bytes of some of the records.
    public func bytes(ofRecords range: Range<Int>) -> Bytes {
        if range.isEmpty { return Bytes() }
        let start = range.lowerBound == 0 ? 0 : Int(recordEnds[range.lowerBound - 1])
        return bytes[start..<Int(recordEnds[range.upperBound - 1])]
    }
}

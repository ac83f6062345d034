// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// Cuts an input into chunks, the same ones in every run.
///
/// What is in a chunk depends on the records from its beginning on and on nothing else: not on how the input was read, and
/// not on where an earlier run left off. That is what makes chunks with the same id the same chunks (I2).
struct ChunkReader {
    private let splitter: any RecordSplitter
    private let format: any RecordFormat
    private let reader: any ByteReader
    private let body: ChunkBody
    private let limits: ChunkLimits
    private var index: Int
    /// Bytes of records so far, for a look at what there is.
    private(set) var recordBytes = 0

    /// - Parameters:
    ///   - index: The position of the chunk that the reader stands before.
    init(
        _ splitter: any RecordSplitter, _ format: any RecordFormat, over reader: any ByteReader, _ body: ChunkBody,
        _ limits: ChunkLimits, from index: Int
    ) {
        self.splitter = splitter
        self.format = format
        self.reader = reader
        self.body = body
        self.limits = limits
        self.index = index
    }

    /// The next chunk; nil at the end of the input.
    ///
    /// - Throws: `CartloadError`, located in the input.
    mutating func next() throws -> RunChunk? {
        var pieces: [SplitBlock] = []
        var count = 0
        var bytes = 0
        while let wanted = limits.more(records: count, bytes: bytes) {
            let missing = try gather(wanted, &pieces, &count, &bytes)
            if missing > 0 { break }
        }
        guard let first = pieces.first, let last = pieces.last else { return nil }
        recordBytes += bytes
        var diagnostics = Diagnostics()
        let sealed = Sealed(
            format: format.name, bytes: ChunkReader.joined(pieces, bytes), count: count, decoder: splitter.decoder)
        let batch = try RecordBatch(.sealed(sealed), origin: first.start.location(in: reader.name)).opened(&diagnostics)
        let records = batch.count ?? 0
        let id = RunChunk.id(index)
        let (text, inputs) = records > 0 ? try body.text(id: id, batch) : (Bytes(), 0..<0)
        defer { index += 1 }
        return RunChunk(
            index: index, body: text, inputs: inputs, recordCount: records, rejects: diagnostics.rejects,
            end: last.end, storedBytes: reader.storedBytesRead)
    }

    /// Takes so many records; blocks also end where what was read ends.
    ///
    /// - Returns: How many records are missing because the input ends.
    private func gather(_ wanted: Int, _ pieces: inout [SplitBlock], _ count: inout Int, _ bytes: inout Int) throws
        -> Int
    {
        var missing = wanted
        while missing > 0 {
            guard let block = try splitter.next(maximumRecords: missing) else { return missing }
            let records = block.end.record - block.start.record
            missing -= records
            count += records
            bytes += block.bytes.count
            pieces.append(block)
        }
        return 0
    }

    private static func joined(_ pieces: [SplitBlock], _ count: Int) -> Bytes {
        if pieces.count == 1 { return pieces[0].bytes }
        var all = BytesBuilder(capacity: count)
        for piece in pieces { all.append(piece.bytes) }
        return all.finish()
    }
}

/// How large chunks are (I7).
struct ChunkLimits: Sendable, Hashable {
    /// Records of a chunk at most.
    var records: Int
    /// Bytes of records after which a chunk ends, so that large records make small chunks.
    var bytes: Int

    init(records: Int = 300, bytes: Int = 1 << 20) {
        self.records = max(1, records)
        self.bytes = bytes
    }

    /// How many records to take next; nil for a full chunk.
    ///
    /// It begins with one and grows with what is known of their size, so that a bound of bytes is passed by little.
    func more(records count: Int, bytes used: Int) -> Int? {
        if count == 0 { return 1 }
        guard count < records, used < bytes else { return nil }
        let fitting = (bytes - used) / max(1, used / count)
        return max(1, min(records - count, count * 4, fitting))
    }
}

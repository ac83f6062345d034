// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage

/// Writes the batches of one stream to files.
///
/// Unchecked because all but `prepare` is called by one writer task at a time, and `prepare` reads only constants and
/// what `follow` changes, not while it does.
final class FilesWriter: FileProducing, SchemaFollowing, @unchecked Sendable {
    /// A batch encoded and, where it will be a member of its own, compressed.
    private struct Encoded: Sendable {
        var key: BatchKey?
        var block: EncodedBlock
        var compressed: Bytes?
        /// The batch as it came, to encode it again for a file with other fields.
        var batch: RecordBatch
    }

    /// Blocks this large are compressed and written as they are; smaller ones are gathered first, or they would compress
    /// badly and cost a call each.
    private static let memberSize = 64 << 10

    private let stream: DestinationStream
    private let options: FilesDestinationOptions
    private let encoder: any RecordEncoder
    private let compressor: BlockCompressor
    private let batchSize: BatchSize
    /// The header's fields, when they are known beforehand.
    private var fields: [String]?
    private var parts: PartFiles

    /// - Parameter isAdding: Whether each commit adds to what readers see, and nothing is left for a later run to go on with.
    init(
        _ options: FilesDestinationOptions, _ stream: DestinationStream, _ claims: NameClaims, isAdding: Bool
    ) throws {
        self.options = options
        self.stream = stream
        let template = try options.template()
        encoder = options.chosenFormat.recordFormat(options.csv).encoder()
        compressor = BlockCompressor(options.chosenCompression, level: options.level)
        batchSize = template.isNumbered ? options.batchSize ?? stream.batchSize : BatchSize()
        fields = stream.schema?.knownNames
        parts = try PartFiles(options, stream, template, compressor, claims, isAdding: isAdding)
    }

    var filesWritten: Int { parts.filesWritten }

    /// Numbered files that name their fields once end here; one file for all goes on, and takes no new fields.
    func follow(_ stream: DestinationStream) async throws {
        let fields = stream.schema?.knownNames
        if fields != self.fields, encoder.header(["x"]) != nil, parts.template.isNumbered {
            for (key, part) in parts.parts { try parts.put(part, key, isFull: true) }
        }
        self.fields = fields
    }

    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        let block = try encoder.encode(batch, fields: fields, &diagnostics)
        let isMember = batch.key == nil && block.bytes.count >= Self.memberSize
        return PreparedBatch(
            Encoded(
                key: batch.key, block: block, compressed: isMember ? compressor.compress(block.bytes) : nil,
                batch: batch),
            recordCount: block.recordEnds.count, byteCount: block.bytes.count)
    }

    func write(_ batch: PreparedBatch) async throws {
        guard var encoded = batch.payload as? Encoded else { preconditionFailure("not prepared by this writer") }
        let key = parts.component(of: encoded.key)
        var written = 0
        while written < encoded.block.recordEnds.count {
            var part = try parts.open(key, header: encoded.block.fields, encoder)
            if let fields = part.fields, fields != encoded.block.fields {
                // The block was encoded before the file's header was known.
                var diagnostics = Diagnostics()
                do {
                    encoded.block = try encoder.encode(encoded.batch, fields: fields, &diagnostics)
                } catch let error as CartloadError {
                    throw error.located(Location(source: part.name))
                }
                encoded.compressed = nil
            }
            let range = written..<written + room(in: part, for: encoded.block, from: written)
            guard !range.isEmpty else {
                try parts.put(part, key, isFull: true)
                continue
            }
            if let compressed = encoded.compressed, range.count == encoded.block.recordEnds.count {
                try part.append(compressed, encoded.block.bytes.count, records: range.count, compressor)
            } else {
                part.gather(encoded.block.bytes(ofRecords: range), records: range.count)
            }
            written = range.upperBound
            try parts.put(part, key, isFull: isFull(part))
        }
    }

    /// How many of a block's records a file takes: all that fit, and at least one into an empty file.
    private func room(in part: PartFile, for block: EncodedBlock, from start: Int) -> Int {
        var count = block.recordEnds.count - start
        if let limit = batchSize.records { count = min(count, limit - part.records) }
        if let limit = batchSize.bytes {
            let base = start == 0 ? 0 : Int(block.recordEnds[start - 1])
            while count > 0, part.bytes + Int(block.recordEnds[start + count - 1]) - base > limit { count -= 1 }
        }
        return part.records == 0 ? max(count, 1) : count
    }

    private func isFull(_ part: PartFile) -> Bool {
        if let limit = batchSize.records, part.records >= limit { return true }
        if let limit = batchSize.bytes, part.bytes >= limit { return true }
        return false
    }

    func commit(_ commit: Commit) async throws -> JSONValue {
        try parts.commit(
            endsBatch: commit.batch != nil && batchSize.isUnbounded, isLast: commit.isLast,
            emptyHeader: fields.flatMap(encoder.header))
    }

    func close() async throws { parts.close() }
}

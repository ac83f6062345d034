// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// Writes records to standard output, which nobody can take back: there is nothing to resume.
///
/// Unchecked because `prepare` reads only constants, and all else is called by one writer task at a time.
final class StandardOutputWriter: DestinationWriter, @unchecked Sendable {
    private let encoder: any RecordEncoder
    private let compressor: BlockCompressor
    private let fields: [String]?
    private let output: StandardOutput
    /// How many more records are printed; nil for all.
    private var left: Int?
    private var header: [String]?

    /// - Parameter limit: The records after so many are counted and not printed.
    init(
        _ options: FilesDestinationOptions, _ stream: DestinationStream, limit: Int? = nil,
        to output: StandardOutput = StandardOutput()
    ) {
        self.output = output
        left = limit
        encoder = options.chosenFormat.recordFormat(options.csv).encoder()
        compressor = BlockCompressor(options.chosenCompression, level: options.level)
        fields = stream.schema?.knownNames
    }

    private struct Encoded: Sendable {
        var block: EncodedBlock
        var batch: RecordBatch
    }

    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        let block = try encoder.encode(batch, fields: fields, &diagnostics)
        return PreparedBatch(
            Encoded(block: block, batch: batch), recordCount: block.recordEnds.count, byteCount: block.bytes.count)
    }

    func write(_ batch: PreparedBatch) async throws {
        guard var encoded = batch.payload as? Encoded else { preconditionFailure("not prepared by this writer") }
        if left == 0 { return }
        if let fields = encoded.block.fields {
            if let header {
                if header != fields {
                    var diagnostics = Diagnostics()
                    encoded.block = try encoder.encode(encoded.batch, fields: header, &diagnostics)
                }
            } else {
                header = fields
                if let text = encoder.header(fields) { try output.write(compressor.compress(text)) }
            }
        }
        let count = encoded.block.recordEnds.count
        let printed = min(left ?? count, count)
        left? -= printed
        let bytes = printed < count ? encoded.block.bytes(ofRecords: 0..<printed) : encoded.block.bytes
        try output.write(compressor.compress(bytes))
    }

    func commit(_ commit: Commit) async throws -> JSONValue { .null }
}

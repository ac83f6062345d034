// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFormats
internal import CartloadStorage
internal import Glibc

/// Writes records to standard output, which nobody can take back: there is nothing to resume.
///
/// Unchecked because `prepare` reads only constants, and all else is called by one writer task at a time.
final class StandardOutputWriter: DestinationWriter, @unchecked Sendable {
    private let encoder: any RecordEncoder
    private let compressor: BlockCompressor
    private let fields: [String]?
    private var header: [String]?

    init(_ options: FilesDestinationOptions, _ stream: DestinationStream) {
        encoder = options.chosenFormat.recordFormat(options.csv).encoder()
        compressor = BlockCompressor(options.chosenCompression, level: options.level)
        fields = stream.schema?.fields.map(\.name)
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
        if let fields = encoded.block.fields {
            if let header {
                if header != fields {
                    var diagnostics = Diagnostics()
                    encoded.block = try encoder.encode(encoded.batch, fields: header, &diagnostics)
                }
            } else {
                header = fields
                if let text = encoder.header(fields) { try put(compressor.compress(text)) }
            }
        }
        try put(compressor.compress(encoded.block.bytes))
    }

    func commit(_ commit: Commit) async throws -> JSONValue { .null }

    private func put(_ bytes: Bytes) throws {
        try bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let step = Glibc.write(1, buffer.baseAddress.map { $0 + written }, buffer.count - written)
                if step < 0 && errno == EINTR { continue }
                guard step >= 0 else {
                    throw CartloadError(
                        errno == EPIPE ? .outputClosed : .writeFailed,
                        "standard output cannot be written: \(String(cString: strerror(errno)))",
                        at: Location(source: "stdout"))
                }
                written += step
            }
        }
    }
}

extension CartloadError.Code {
    /// Whoever read standard output has gone.
    public static let outputClosed = CartloadError.Code("files.output-closed")
}

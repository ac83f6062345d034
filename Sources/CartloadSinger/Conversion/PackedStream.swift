// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// One stream of a packer: its records encoded on several cores, then put into files.
///
/// Unchecked because `prepare` reads only constants, and all else is called by one writer task.
final class PackedStream: DestinationWriter, @unchecked Sendable {
    struct Encoded: Sendable {
        var block: EncodedBlock
        var compressed: Bytes?
    }

    let name: String
    let files: BatchFileWriter
    private let encoder: any RecordEncoder
    private let fields: [String]?
    var version: Int64?
    var timeExtracted: String?
    /// How many records have been put into files, finished or not.
    var records = 0

    init(_ plan: TargetStreamPlan, _ run: PackRun) throws {
        name = plan.message.stream
        let batches = run.options.batches
        encoder = batches.recordFormat.encoder(asciiOnly: run.options.isASCIIOnly)
        fields = batches.format == "csv" ? try plan.written().fields.map(\.name) : nil
        files = try BatchFileWriter(batches, stream: name, tap: run.options.name, runID: run.runID)
        files.header = fields.flatMap(encoder.header)
    }

    func prepare(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> PreparedBatch {
        let block = try encoder.encode(batch, fields: fields, &diagnostics)
        return PreparedBatch(
            Encoded(block: block, compressed: files.compressed(block)), recordCount: block.recordEnds.count,
            byteCount: block.bytes.count)
    }

    func write(_ batch: PreparedBatch) async throws { preconditionFailure("a packer writes by itself") }

    func commit(_ commit: Commit) async throws -> JSONValue { preconditionFailure("a packer commits by itself") }
}

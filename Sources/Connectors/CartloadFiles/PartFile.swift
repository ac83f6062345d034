// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage

/// One file being written: bytes gathered, compressed and appended aside.
struct PartFile {
    let name: String
    let number: Int
    let file: AsideFile
    /// Records in the file, those still gathered included.
    var records = 0
    /// Bytes before compression, those still gathered included.
    var bytes = 0
    /// The header's fields, for formats that have one.
    var fields: [String]?
    /// Encoded bytes that wait to be written together; small batches by key would otherwise cost a call, or a compressed
    /// member, each.
    private let gathered = GatheredBytes()
    private(set) var gatheredCount = 0

    init(_ name: String, number: Int, _ file: AsideFile) {
        self.name = name
        self.number = number
        self.file = file
    }

    mutating func gather(_ bytes: Bytes, records: Int) {
        gathered.append(bytes)
        gatheredCount += bytes.count
        self.bytes += bytes.count
        self.records += records
    }

    /// Writes bytes that are compressed already.
    mutating func append(
        _ compressed: Bytes, _ uncompressedCount: Int, records: Int, _ compressor: BlockCompressor
    ) throws {
        try flush(compressor)
        try file.append(compressed)
        bytes += uncompressedCount
        self.records += records
    }

    /// Writes what is gathered.
    mutating func flush(_ compressor: BlockCompressor) throws {
        guard gatheredCount > 0 else { return }
        gatheredCount = 0
        try file.append(compressor.compress(gathered.take()))
    }

    /// Goes on with what an earlier commit noted.
    mutating func `continue`(from saved: FilesReceipt.Part) {
        records = saved.records
        bytes = saved.bytes
        fields = saved.fields
    }

    /// What a commit notes of it.
    func receipt(isFinished: Bool) -> FilesReceipt.Part {
        FilesReceipt.Part(
            number: number, name: name, length: file.length, records: records, bytes: bytes, fields: fields,
            isFinished: isFinished)
    }
}

/// Bytes put one behind the other: many small ones that are kept apart would cost an allocation each and hold far more
/// memory than they have bytes.
private final class GatheredBytes {
    private var builder = BytesBuilder(capacity: 4096)

    func append(_ bytes: Bytes) { builder.append(bytes) }

    /// What was gathered; nothing is left, and no memory held.
    func take() -> Bytes {
        var full = BytesBuilder(capacity: 4096)
        swap(&builder, &full)
        return full.finish()
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage
internal import Glibc

/// Writes batch files one after another: aside, synced, then renamed, or uploaded, so that a message never names half a file.
///
/// One task at a time uses it.
final class BatchFileWriter {
    /// A file that can be named in a message.
    struct Finished {
        let uri: String
        let records: Int
        let bytes: Int
    }

    /// Bytes are compressed and written when there are this many (I7).
    private static let gatherSize = 256 << 10
    /// Smaller blocks would compress badly alone.
    private static let memberSize = 64 << 10

    private let configuration: BatchConfiguration
    /// What the names of all files begin with: the folder or prefix, the tap, the stream and the run.
    private let base: String
    /// What every file begins with.
    var header: Bytes?
    private let compressor: BlockCompressor
    private var file: (any BatchFileOutput)?
    private var gathered = BytesBuilder()
    /// How many records are in the file that is being written.
    private(set) var records = 0
    private var bytes = 0
    private var number = 0
    private(set) var filesWritten = 0
    /// How many records are in finished files.
    private(set) var recordsFinished = 0

    init(
        _ configuration: BatchConfiguration, stream: String, tap: String, runID: String
    ) throws {
        self.configuration = configuration
        compressor = BlockCompressor(Compression(rawValue: configuration.compression) ?? .none)
        base = "\(configuration.prefix)\(tap)--\(BatchFileWriter.safe(stream))-\(runID)"
        try configuration.makeFolder(for: base)
        configuration.removeAbandoned(before: base.dropLast(runID.count))
    }

    var isFull: Bool {
        records >= configuration.records || configuration.bytes.map { bytes >= $0 } ?? false
    }

    /// A block compressed as a member of its own, for any thread; nil when it is too small to be worth it.
    func compressed(_ block: EncodedBlock) -> Bytes? {
        configuration.compression != "none" && block.bytes.count >= BatchFileWriter.memberSize
            ? compressor.compress(block.bytes) : nil
    }

    /// Adds as many records of a block as the file takes, at least one to an empty one.
    ///
    /// - Parameter compressed: The whole block as ``compressed(_:)`` made it; used where the whole block goes in.
    /// - Returns: How many of the block's records are written now.
    func append(_ block: EncodedBlock, compressed: Bytes?, from start: Int) async throws -> Int {
        var end = min(block.recordEnds.count, start + configuration.records - records)
        if let limit = configuration.bytes {
            let base = start == 0 ? 0 : Int(block.recordEnds[start - 1])
            while end > start + (records == 0 ? 1 : 0), bytes + Int(block.recordEnds[end - 1]) - base > limit {
                end -= 1
            }
            if end == start { bytes = max(bytes, limit) }  // full, although not to the byte
        }
        guard end > start else { return start }
        if file == nil { try begin() }
        let text = block.bytes(ofRecords: start..<end)
        records += end - start
        bytes += text.count
        if let compressed, end - start == block.recordEnds.count {
            try await flush()
            try await file?.append(compressed)
            return end
        }
        gathered.append(text)
        if gathered.count >= BatchFileWriter.gatherSize { try await flush() }
        return end
    }

    private func begin() throws {
        number += 1
        file = try configuration.output("\(base)-\(number)\(configuration.suffix)")
        if let header { gathered.append(header) }
    }

    private func flush() async throws {
        guard gathered.count > 0 else { return }
        let text = gathered.withUnsafeBytes { Bytes(copying: $0) }
        gathered.truncate()
        try await file?.append(compressor.compress(text))
    }

    /// Makes the file whole and durable; nil when there is none.
    func finish() async throws -> Finished? {
        guard let open = file else { return nil }
        try await flush()
        try await open.finish()
        file = nil
        filesWritten += 1
        recordsFinished += records
        defer {
            records = 0
            bytes = 0
        }
        return Finished(uri: open.uri, records: records, bytes: bytes)
    }

    /// Goes on with the numbers of another writer of the same stream, which has finished its last file.
    func goOn(after earlier: BatchFileWriter) {
        number = earlier.number
        recordsFinished = earlier.recordsFinished
    }

    /// Gives an unfinished file up.
    func discard() async {
        let unfinished = file
        file = nil
        await unfinished?.discard()
    }

    /// A stream's name as part of a file name that every reader takes as it is: percent signs would be decoded by some.
    static func safe(_ name: String) -> String {
        let kept = name.utf8.prefix(80).map { byte in
            let isPlain =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-")
            return isPlain ? byte : UInt8(ascii: "-")
        }
        let text = String(decoding: kept, as: UTF8.self)
        guard text != name else { return text }
        // FNV-1a tells names apart that look alike now.
        let sum = name.utf8.reduce(UInt32(0x811c_9dc5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return text + "-" + String(sum, radix: 16)
    }
}

extension BatchConfiguration {
    /// What the names of the files end in.
    var suffix: String { "." + format + (Compression(rawValue: compression)?.suffix ?? "") }

    var recordFormat: any RecordFormat {
        guard format == "csv" else { return JSONLinesFormat() }
        var options = CSVOptions()
        options.delimiter = delimiter
        options.quote = quote
        return CSVFormat(options)
    }

    /// The `options` of the proposal's `format`.
    var formatOptions: JSONObject {
        guard format == "csv" else { return JSONObject() }
        return JSONObject([
            ("delimiter", .string(String(UnicodeScalar(delimiter)))),
            ("quote_char", .string(String(UnicodeScalar(quote)))),
        ])
    }
}

extension RecordFormat {
    /// An encoder that writes plain ASCII where the format has escapes for the rest.
    func encoder(asciiOnly: Bool) -> any RecordEncoder {
        asciiOnly && name == "jsonl" ? JSONLinesEncoder(asciiOnly: true) : encoder()
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats

/// Reads one file: bytes → blocks, divided into batches.
struct FileReading {
    let options: FilesSourceOptions
    let reader: DecompressingReader
    let splitter: any RecordSplitter
    let format: any RecordFormat
    /// Where to begin; nil for an input that cannot be read again.
    let start: FilePlace?
    /// The files that come before, for checkpoints.
    let done: JSONObject

    init(_ options: FilesSourceOptions, _ base: any ByteReader, at start: FilePlace?, done: JSONObject) throws {
        self.options = options
        self.start = start
        self.done = done
        reader = try DecompressingReader(base, declared: options.compression)
        let sniffer = try FormatSniffer(reader)
        format = options.format?.recordFormat(options) ?? sniffer.format(options)
        splitter = try format.splitter(
            over: sniffer,
            SplitOptions(
                blockSize: FileReading.blockSize, maximumRecordBytes: options.maximumRecordBytes,
                start: start?.position))
    }

    func run(into output: BatchOutput) async throws {
    }
}

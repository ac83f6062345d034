// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage

/// The files of one BATCH message as a stream whose batches are the files, several read at a time.
///
/// Their records come still sealed, so that they are opened on several cores, or not at all where nobody looks into them.
struct BatchFilesStream: CartloadCore.Stream {
    let description: StreamDescription
    private let message: BatchMessage
    private let options: BatchFileOptions
    /// Where the files are.
    let places: [BatchFileAccess.Place]
    let format: any RecordFormat

    /// - Parameter schema: The stream's schema, which gives the columns of CSV files their types.
    /// - Throws: `CartloadError` with code `singer.batch-file` for files that may not be read and formats that cannot.
    init(_ message: BatchMessage, schema: Schema?, _ options: BatchFileOptions) throws {
        self.message = message
        self.options = options
        format = try BatchFilesStream.format(message, schema)
        places = try message.files.map { try options.access.place(of: $0) }
        description = StreamDescription(message.stream, schema: schema, concurrency: options.concurrency)
    }

    /// The files that are on this machine.
    var localPaths: [String] { places.compactMap { if case .local(let path) = $0 { path } else { nil } } }

    var batches: [BatchDescription] { places.indices.map { ["file": .int($0)] } }

    func batches(since checkpoint: Checkpoint?) async throws -> [BatchDescription] { batches }

    func read(_ batch: BatchDescription, into output: BatchOutput) async throws {
        guard let index = batch["file"]?.intValue, places.indices.contains(index) else {
            preconditionFailure("\(batch) is not a file of this message")
        }
        let reader = try BatchFileReader(places[index], options)
        let splitter = try format.splitter(
            over: reader,
            SplitOptions(blockSize: output.blockSize, maximumRecordBytes: options.maximumRecordBytes))
        let decoder = decoder(splitter)
        var stored = 0
        while let block = try splitter.next() {
            let read = reader.storedBytesRead
            try await output.write(
                block.batch(format, decoder, source: reader.name), bytesRead: read - stored)
            stored = read
        }
        try await output.close(batch, checkpoint: Checkpoint(.null))
    }

    /// What opens the blocks of a file.
    func decoder(_ splitter: any RecordSplitter) -> any SealedDecoder {
        message.rows == .wrapped ? WrappedRecordsDecoder(stream: message.stream) : splitter.decoder
    }

    /// The schema with texts in place of dates and times.
    private static func withoutTimes(_ schema: Schema) -> Schema {
        Schema(
            schema.fields.map { field in
                switch field.type {
                case .timestamp, .date, .time: Field(field.name, .string, isNullable: field.isNullable)
                default: field
                }
            }, isOpen: schema.isOpen)
    }

    private static func format(_ message: BatchMessage, _ schema: Schema?) throws -> any RecordFormat {
        switch message.format {
        case "jsonl": return JSONLinesFormat()
        case "csv":
            var options = CSVOptions()
            // Texts that are called dates and are none are not this reader's to judge: RECORD messages keep them (I4).
            options.schema = schema.map(BatchFilesStream.withoutTimes)
            func byte(_ names: String...) throws -> UInt8? {
                guard let value = names.lazy.compactMap({ message.formatOptions[$0] }).first, !value.isNull else {
                    return nil
                }
                guard let text = value.stringValue, text.utf8.count == 1 else {
                    throw MessageFault.wrong(names[0], of: "BATCH", "must be one ASCII character")
                }
                return text.utf8.first
            }
            options.delimiter = try byte("delimiter") ?? UInt8(ascii: ",")
            if message.formatOptions["quote_char"]?.stringValue == "" {
                options.quote = nil
            } else {
                options.quote = try byte("quote_char", "quote", "quotechar") ?? UInt8(ascii: "\"")
            }
            options.escape = try byte("escape_char", "escapechar")
            if let text = message.formatOptions["null"]?.stringValue { options.nullTexts = [text] }
            switch message.formatOptions["header"] {
            case .bool(false)?: options.header = schema.map { .names($0.fields.map(\.name)) } ?? .absent
            case .array(let names)?: options.header = .names(names.compactMap(\.stringValue))
            default: break
            }
            return CSVFormat(options)
        case let other:
            throw CartloadError(
                .batchFile, "batch files of the format \"\(other)\" cannot be read",
                advice: "Let the tap write jsonl or csv.")
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFormats

extension Connector {
    /// Local files, and standard input and output.
    public static let files = Connector(
        "files", "JSON Lines and CSV files, plain or compressed, and standard input and output.",
        source: Role(settings: FilesSourceOptions.settings) { FilesSource(try FilesSourceOptions($0)) },
        destination: Role(settings: FilesDestinationOptions.settings) {
            FilesDestination(try FilesDestinationOptions($0))
        },
        endpoint: { text in
            if text.hasPrefix("file://") { return JSONObject([("path", .string(String(text.dropFirst(7))))]) }
            // Other systems' endpoints have a scheme; a path with a colon can be written as ./a:b.
            let scheme = text.prefix { $0.isLetter || $0.isNumber || $0 == "+" }
            let hasScheme = scheme.endIndex < text.endIndex && text[scheme.endIndex] == ":"
            return hasScheme ? nil : JSONObject([("path", .string(text))])
        })
}

extension FilesSourceOptions {
    static let settings: [Setting] =
        [
            Setting(
                "path", .strings, "One or more files, patterns (*, ?, [a-z], **) or folders; - is standard input.",
                isRequired: true),
            Setting("name", .string, "The name of the stream; by default that of the first path without its endings."),
        ] + csvSettings + [
            Setting(
                "compression", .choice(["none", "gzip", "zstd"]),
                "What the files must be compressed with; by default each is recognised by its content."),
            Setting("format", .choice(FileFormat.allCases.map(\.rawValue)), "By default recognised by the content."),
            Setting(
                "batch",
                .mapping([
                    Setting("by", .strings, "Neighbouring records with the same values of these fields are a batch."),
                    Setting("records", .integer, "So many records of a file are a batch."),
                    Setting(
                        "bytes", .any,
                        "Records of about so many bytes of a plain file are a batch, such as 64MB; `concurrency` are read at once."
                    ),
                ]), "How a file is divided into batches; by default it is one."),
            Setting("schema", .any, "A JSON Schema of the records; by default types are inferred."),
            Setting("max_record_bytes", .integer, "A longer record is an error.", default: 67_108_864),
            Setting("concurrency", .integer, "How many files, or ranges of bytes, are read at once.", default: 2),
        ]

    init(_ configuration: Configuration) throws {
        self.init(paths: configuration.strings("path") ?? [])
        name = configuration.string("name")
        format = configuration.string("format").flatMap(FileFormat.init(rawValue:))
        compression = configuration.string("compression").flatMap(Compression.init(rawValue:))
        csv = try CSVOptions(configuration)
        if let schema = configuration["schema"], !schema.isNull { self.schema = try Schema(jsonSchema: schema) }
        if let batch = configuration["batch"]?.objectValue {
            let fields = batch["by"]?.arrayValue?.compactMap(\.stringValue) ?? batch["by"]?.stringValue.map { [$0] }
            let bytes = batch["bytes"].flatMap { $0.isNull ? nil : $0 }
            let path = configuration.path(of: "batch")
            switch (fields, batch["records"]?.intValue, bytes.map { ByteSize($0)?.bytes ?? 0 }) {
            case (let fields?, nil, nil) where !fields.isEmpty: self.batch = .runs(by: fields)
            case (nil, let records?, nil) where records > 0: self.batch = .records(records)
            case (nil, nil, let bytes?) where bytes > 0: self.batch = .bytes(bytes)
            case (nil, nil, _?):
                throw CartloadError(
                    .wrongType, "\"\(path).bytes\" must be a size such as 64MB or 1GiB",
                    at: configuration.location(of: "batch"))
            default:
                throw CartloadError(
                    .wrongType, "\"\(path)\" must say one of by, records and bytes",
                    at: configuration.location(of: "batch"))
            }
        }
        maximumRecordBytes = try configuration.positive("max_record_bytes") ?? maximumRecordBytes
        concurrency = try configuration.positive("concurrency") ?? concurrency
    }
}

extension FilesDestinationOptions {
    static let settings: [Setting] =
        [
            Setting(
                "path", .string,
                "A file, a folder with / at its end, a pattern with {n}, {key} or {stream}, or - for standard output.",
                isRequired: true),
            Setting(
                "format", .choice(FileFormat.allCases.map(\.rawValue)),
                "By default what the path's ending says, or jsonl."),
            Setting(
                "compression", .choice(["none", "gzip", "zstd"]), "By default what the path's ending says, or none."),
            Setting(
                "level", .choice(BlockCompressor.Level.allCases.map(\.rawValue)),
                "Whether to spend little time or few bytes.", default: "fast"),
            Setting(
                "load", .choice(FileLoad.allCases.map(\.rawValue)), "What happens to files that are already there.",
                default: "overwrite"),
            Setting("records", .integer, "A file has at most so many records."),
            Setting("bytes", .integer, "A file has at most so many bytes before compression."),
            Setting(
                "max_open_files", .integer, "So many files are held open; more are closed between writes.", default: 256
            ),
        ] + csvSettings

    init(_ configuration: Configuration) throws {
        self.init(path: configuration.string("path") ?? "-")
        format = configuration.string("format").flatMap(FileFormat.init(rawValue:))
        compression = configuration.string("compression").flatMap(Compression.init(rawValue:))
        level = configuration.string("level").flatMap(BlockCompressor.Level.init(rawValue:)) ?? .fast
        csv = try CSVOptions(configuration)
        load = configuration.string("load").flatMap(FileLoad.init(rawValue:)) ?? .overwrite
        let size = BatchSize(
            records: try configuration.positive("records"), bytes: try configuration.positive("bytes"))
        if !size.isUnbounded { batchSize = size }
        maximumOpenFiles = try configuration.positive("max_open_files") ?? maximumOpenFiles
    }
}

/// What can be set about CSV and TSV, for reading and writing.
let csvSettings: [Setting] = [
    Setting("delimiter", .string, "CSV: the character between cells; by default recognised, or a comma."),
    Setting("quote", .string, "CSV: the character around cells that need it; empty for none.", default: "\""),
    Setting("header", .any, "CSV: true, false, or a list of the columns' names.", default: true),
    Setting("null", .strings, "CSV: the unquoted texts that mean null.", default: ""),
    Setting("short_records", .choice(["reject", "pad"]), "CSV: what happens to records with too few cells."),
    Setting("infer_types", .boolean, "CSV: whether types are inferred; otherwise all are strings.", default: true),
]

extension CSVOptions {
    init(_ configuration: Configuration) throws {
        self.init()
        delimiter = try configuration.character("delimiter")
        if let text = configuration.string("quote") {
            quote = text.isEmpty ? nil : try configuration.character("quote")
        }
        switch configuration["header"] {
        case nil, .null, .bool(true): header = .present
        case .bool(false): header = .absent
        case .array(let names): header = .names(names.compactMap(\.stringValue))
        default:
            throw CartloadError(
                .wrongType, "\"\(configuration.path(of: "header"))\" must be true, false or a list of names",
                at: configuration.location(of: "header"))
        }
        nullTexts = configuration.strings("null") ?? nullTexts
        shortRecords = configuration.string("short_records").flatMap(ShortRecords.init(rawValue:)) ?? shortRecords
        infersTypes = configuration.boolean("infer_types") ?? infersTypes
    }
}

extension Configuration {
    fileprivate func positive(_ name: String) throws -> Int? {
        guard let value = integer(name) else { return nil }
        guard value > 0 else {
            throw CartloadError(.wrongType, "\"\(path(of: name))\" must be at least 1", at: location(of: name))
        }
        return value
    }

    fileprivate func character(_ name: String) throws -> UInt8? {
        guard let text = string(name) else { return nil }
        let resolved = text == "\\t" ? "\t" : text
        guard let byte = resolved.utf8.first, resolved.utf8.count == 1 else {
            throw CartloadError(
                .wrongType, "\"\(path(of: name))\" must be one ASCII character", at: location(of: name))
        }
        return byte
    }
}

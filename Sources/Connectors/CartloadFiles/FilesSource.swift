// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFormats
internal import CartloadStorage

/// Local files, and standard input, as one stream.
public struct FilesSource: Source {
    public var options: FilesSourceOptions

    public init(_ options: FilesSourceOptions) { self.options = options }

    public func streams() async throws -> [any Stream] {
        let files = FilesStream(options)
        guard case .bytes(let size) = options.batch else { return [files] }
        return [FileRangesStream(files: files, rangeSize: size)]
    }
}

/// What a ``FilesSource`` reads, and how.
public struct FilesSourceOptions: Sendable {
    /// Files, patterns and folders, in order; `-` is standard input.
    public var paths: [String]
    /// The stream's name; by default that of the first path, without folders and endings.
    public var name: String?
    /// nil recognises each file by its content.
    public var format: FileFormat?
    /// What the files must be compressed with; nil recognises each by its content.
    public var compression: Compression?
    public var csv: CSVOptions
    /// The types of the fields; nil infers them.
    public var schema: Schema?
    /// What a batch is; by default a file.
    public var batch: FileBatching
    /// A longer record is an error.
    public var maximumRecordBytes: Int
    /// How many files, or ranges of files, are read at once.
    public var concurrency: Int

    public init(
        paths: [String], name: String? = nil, format: FileFormat? = nil, compression: Compression? = nil,
        csv: CSVOptions = CSVOptions(), schema: Schema? = nil, batch: FileBatching = .file,
        maximumRecordBytes: Int = 64 << 20, concurrency: Int = 2
    ) {
        self.paths = paths
        self.name = name
        self.format = format
        self.compression = compression
        self.csv = csv
        self.schema = schema
        self.batch = batch
        self.maximumRecordBytes = maximumRecordBytes
        self.concurrency = concurrency
    }

    /// The name of the stream.
    public var streamName: String {
        if let name { return name }
        var name = paths.first ?? "files"
        while name.hasSuffix("/") { name.removeLast() }
        name = String(name.split(separator: "/").last ?? "files")
        if name == "-" { return "stdin" }
        for ending in [".gz", ".zst", ".jsonl", ".ndjson", ".json", ".csv", ".tsv"] where name.hasSuffix(ending) {
            name.removeLast(ending.count)
        }
        let kept = name.filter { !"*?[]{}".contains($0) }
        let trimmed = kept.drop { "-_.".contains($0) }
        return trimmed.isEmpty ? "files" : String(trimmed)
    }
}

/// The formats of files.
public enum FileFormat: String, Sendable, Hashable, CaseIterable {
    case jsonl, csv, tsv

    /// The format that a file name's ending says, a compression's ending left aside.
    public init?(ending path: String) {
        var name = path[...]
        for suffix in [".gz", ".zst"] where name.hasSuffix(suffix) { name = name.dropLast(suffix.count) }
        switch name.split(separator: ".").last {
        case "jsonl", "ndjson", "json": self = .jsonl
        case "csv": self = .csv
        case "tsv", "tab": self = .tsv
        default: return nil
        }
    }
}

/// How a stream of files is divided into batches, each of which ends with a checkpoint.
public enum FileBatching: Sendable, Hashable {
    /// A file is a batch.
    case file
    /// So many records of a file are a batch, and what is left at its end.
    case records(Int)
    /// Neighbouring records with the same values of these fields are a batch.
    case runs(by: [String])
    /// Whole records of about so many bytes of a plain file are a batch, several of which can be read at once.
    case bytes(Int)

    /// Whether reading a file shows what its batches are.
    var dividesFiles: Bool {
        switch self {
        case .file, .bytes: false
        case .records, .runs: true
        }
    }
}

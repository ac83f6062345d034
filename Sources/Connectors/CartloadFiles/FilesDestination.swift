// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFormats
internal import CartloadStorage

/// Files: one, or one for each batch.
///
/// Every file is written aside, synced, and renamed when a commit makes it part of the data (I3), so that a reader of the
/// folder sees only whole files. Names are made from the stream, the batch's key and a running number, so that a
/// repeated run overwrites itself.
public struct FilesDestination: GroupedDestination {
    public let options: FilesDestinationOptions
    private let claims = NameClaims()
    /// Whether a later run has no receipt to go on from, so that an appending commit must be complete in itself.
    private var isWithoutReceipts = false

    public init(_ options: FilesDestinationOptions) { self.options = options }

    /// Writers that commit one after another and without receipts: with `load: append` each commit's records are then in
    /// files that readers see. With `load: overwrite` they appear when the stream ends, and until then a crash loses them.
    public func group() throws -> any DestinationGroup {
        var destination = self
        destination.isWithoutReceipts = true
        return SeparateWriters(destination)
    }

    public func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        if options.path == "-" { return StandardOutputWriter(options, stream) }
        var options = options
        if let load = stream.load { options.load = try FileLoad(load, of: stream.name) }
        try claims.claim(options.template(), for: stream.name)
        return try FilesWriter(
            options, stream, claims, isAdding: isWithoutReceipts && options.load == .append && stream.receipt == nil)
    }
}

/// Where a ``FilesDestination`` writes, and how.
public struct FilesDestinationOptions: Sendable {
    /// A file, a folder with `/` at its end, a pattern with `{n}` or `{key}`, or `-` for standard output.
    public var path: String
    /// nil takes what the path's ending says, or JSON Lines.
    public var format: FileFormat?
    /// nil takes what the path's ending says, or none.
    public var compression: Compression?
    public var level: BlockCompressor.Level
    public var csv: CSVOptions
    public var load: FileLoad
    /// Overrides what the flow says about the size of batches.
    public var batchSize: BatchSize?
    /// How many files are held open; when there are more under way, each is closed between writes.
    public var maximumOpenFiles: Int

    public init(
        path: String, format: FileFormat? = nil, compression: Compression? = nil,
        level: BlockCompressor.Level = .fast, csv: CSVOptions = CSVOptions(), load: FileLoad = .overwrite,
        batchSize: BatchSize? = nil, maximumOpenFiles: Int = 256
    ) {
        self.path = path
        self.format = format
        self.compression = compression
        self.level = level
        self.csv = csv
        self.load = load
        self.batchSize = batchSize
        self.maximumOpenFiles = maximumOpenFiles
    }

    var chosenFormat: FileFormat { format ?? FileFormat(ending: path) ?? .jsonl }

    var chosenCompression: Compression {
        if let compression { return compression }
        for compression in [Compression.gzip, .zstd] where path.hasSuffix(compression.suffix) { return compression }
        return .none
    }

    /// The pattern of the files' names; a folder gets numbered files.
    func template() throws -> FileNameTemplate {
        guard path.hasSuffix("/") else { return try FileNameTemplate(path) }
        return FileNameTemplate(folder: path, ending: "." + chosenFormat.rawValue + chosenCompression.suffix)
    }
}

/// What happens to files that are already there.
public enum FileLoad: String, Sendable, Hashable, CaseIterable {
    /// Files of the same names are replaced; those of other names that an earlier run wrote are removed at the end.
    case overwrite
    /// A single file gets the new records at its end; numbering goes on after the highest number.
    case append

    /// - Throws: `CartloadError` with code `config.wrong-type` for a method that needs keys: lines of files have none.
    init(_ method: LoadMethod, of stream: String) throws {
        switch method {
        case .append: self = .append
        case .overwrite: self = .overwrite
        case .upsert:
            throw CartloadError(
                .wrongType, "files cannot replace single records, which \"\(stream)\" is to be loaded by",
                advice: "Append, or overwrite.")
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFiles
internal import CartloadFormats
internal import CartloadStorage
internal import Glibc

/// The input of a run: one file, or standard input, JSON Lines or CSV, plain or compressed.
struct RunInput: Sendable {
    /// `-` is standard input.
    let path: String
    /// nil recognises it by its content.
    var format: FileFormat?
    /// A longer record is an error (I7).
    var maximumRecordBytes = 8 << 20

    private static let blockSize = 256 << 10

    var isStandardInput: Bool { path == "-" }

    /// Whether a path leads to it: what is written there would take its place.
    func isFile(at other: String) -> Bool {
        var (own, named) = (stat(), stat())
        guard !isStandardInput, stat(path, &own) == 0, stat(other, &named) == 0 else { return false }
        return own.st_dev == named.st_dev && own.st_ino == named.st_ino && own.st_mode & S_IFMT == S_IFREG
    }

    /// Stored bytes; nil for what has no length.
    var byteCount: Int? { isStandardInput ? nil : try? FileReader(path: path).byteCount }

    /// Opens it at its beginning.
    func opened() throws -> BeginningReader {
        let base = try isStandardInput ? FileReader.standardInput() : FileReader(path: path)
        return try BeginningReader(DecompressingReader(base))
    }

    /// Opens it.
    ///
    /// - Parameter start: Where an earlier run left off; a pipe has to bring the same once more.
    func open(at start: Position?, from index: Int, _ body: ChunkBody, _ limits: ChunkLimits) throws -> ChunkReader {
        try open(opened(), at: start, from: index, body, limits)
    }

    /// Cuts what was opened into chunks.
    func open(
        _ reader: BeginningReader, at start: Position?, from index: Int, _ body: ChunkBody, _ limits: ChunkLimits
    ) throws -> ChunkReader {
        let format =
            try format?.recordFormat(CSVOptions()) ?? FormatSniffer.format(of: reader.beginning, source: reader.name)
        let splitter = try format.splitter(
            over: reader,
            SplitOptions(
                blockSize: RunInput.blockSize, maximumRecordBytes: maximumRecordBytes,
                start: start?.byte == 0 ? nil : start))
        return ChunkReader(splitter, format, over: reader, body, limits, from: index)
    }
}

extension FileFormat {
    fileprivate func recordFormat(_ csv: CSVOptions) -> any RecordFormat {
        switch self {
        case .jsonl: JSONLinesFormat()
        case .csv: CSVFormat(csv)
        case .tsv: CSVFormat(.tsv)
        }
    }
}

/// A reader whose first bytes are looked at before they are handed out.
final class BeginningReader: SkippingByteReader {
    let beginning: Bytes
    private let base: DecompressingReader
    private var given = 0

    init(_ base: DecompressingReader) throws {
        self.base = base
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { room.deallocate() }
        beginning = Bytes(copying: UnsafeRawBufferPointer(rebasing: room[..<(try base.read(into: room))]))
    }

    /// Whether it begins as one JSON document, which JSON Lines do not: a list, or an object with a line end in it.
    var isDocument: Bool {
        beginning.withUnsafeBytes { bytes in
            let text = bytes.drop { $0 <= 0x20 || [0xef, 0xbb, 0xbf].contains($0) }
            if text.first == UInt8(ascii: "[") { return true }
            guard text.first == UInt8(ascii: "{") else { return false }
            let line = text.prefix { $0 != UInt8(ascii: "\n") }
            return line.starts(with: #"{"chunks""#.utf8) || line.dropFirst().allSatisfy { $0 <= 0x20 }
        }
    }

    /// All of it as one JSON value.
    func document() throws -> JSONValue {
        var text = BytesBuilder(capacity: 1 << 16)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { room.deallocate() }
        while true {
            let count = try read(into: room)
            if count == 0 { break }
            text.append(UnsafeRawBufferPointer(rebasing: room[..<count]))
            guard text.count <= BeginningReader.maximumDocument else {
                throw CartloadError(
                    .blockTooLarge, "a JSON document may have \(BeginningReader.maximumDocument) bytes",
                    at: Location(source: name), advice: "Give JSON Lines, which may be of any length.")
            }
        }
        do { return try JSONValue(parsing: text.finish()) } catch let error as CartloadError {
            throw error.located(Location(source: name))
        }
    }

    /// How long a document may be; lines have no such bound (I7).
    private static let maximumDocument = 256 << 20

    var name: String { base.name }
    var storedBytesRead: Int { base.storedBytesRead }
    var wouldWait: Bool { given >= beginning.count && base.wouldWait }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard given < beginning.count else { return try base.read(into: buffer) }
        let count = min(buffer.count, beginning.count - given)
        beginning[given..<given + count].withUnsafeBytes { buffer.copyMemory(from: $0) }
        given += count
        return count
    }

    func skip(to offset: Int) throws {
        given = max(given, min(offset, beginning.count))
        if offset > beginning.count { try base.skip(to: offset) }
    }
}

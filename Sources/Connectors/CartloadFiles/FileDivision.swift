// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage
internal import Glibc

/// Divides a file between two records: at the first such place after every so many bytes.
///
/// What is wrong with a file is not said here: what is left of it is one range then, and reading that tells.
struct FileDivision {
    /// How the places between two records are found.
    private enum Way {
        /// Not at all, as in a compressed file.
        case none
        /// By looking for a line feed anywhere, which is what ends a record of JSON Lines and nothing else.
        case lineFeeds
        /// By going through all records, since a line feed may stand within quotes.
        case records(any RecordSplitter)
    }

    private let rangeSize: Int
    private let fileSize: Int
    private let path: String
    private var way: Way
    /// Where the next range begins; nil after the last.
    private var upcoming: FilePlace?

    init(_ place: FilePlace, _ options: FilesSourceOptions, rangeSize: Int) {
        self.rangeSize = max(1, rangeSize)
        fileSize = place.fingerprint.size
        path = place.path
        upcoming = place
        way = .none
        guard target(after: place.position.byte) < fileSize else { return }
        way = (try? FileDivision.way(place, options)) ?? .none
    }

    private static func way(_ place: FilePlace, _ options: FilesSourceOptions) throws -> Way {
        let file = LimitedReader(try FileReader(path: place.path), limit: place.fingerprint.size)
        let reader = try DecompressingReader(file, declared: options.compression)
        guard reader.compression == .none else { return .none }
        let peeked = try PeekedReader(reader)
        // Types make no difference here, and to find them out takes time.
        var options = options
        options.schema = nil
        options.csv.schema = nil
        options.csv.infersTypes = false
        let format = try FileReading.format(of: peeked, options)
        if format is JSONLinesFormat { return .lineFeeds }
        return .records(
            try format.splitter(
                over: peeked,
                SplitOptions(
                    blockSize: 1 << 16, maximumRecordBytes: options.maximumRecordBytes, start: place.position)))
    }

    /// The next range: where it begins, and the byte that it ends before; nil for the rest of the file.
    mutating func next() -> (from: FilePlace, to: Int?)? {
        guard let from = upcoming else { return nil }
        upcoming = following(from)
        return (from, upcoming?.position.byte)
    }

    private func target(after byte: Int) -> Int {
        let (target, overflows) = (byte / rangeSize + 1).multipliedReportingOverflow(by: rangeSize)
        return overflows ? .max : target
    }

    private mutating func following(_ place: FilePlace) -> FilePlace? {
        var following = place
        following.skipped = 0
        following.inBatch = 0
        switch way {
        case .none: return nil
        case .lineFeeds:
            let target = target(after: place.position.byte)
            guard target < fileSize, let byte = try? lineStart(from: target), byte < fileSize else { return nil }
            // How many lines lie before is not known, and not worth reading all of them.
            following.move(to: Position(byte: byte))
            following.isCounted = false
        case .records(let splitter):
            // A header belongs to no range.
            let target = target(after: max(place.position.byte, splitter.position.byte))
            guard target < fileSize, (try? go(to: target, splitter)) != nil, splitter.position.byte < fileSize else {
                way = .none
                return nil
            }
            following.move(to: splitter.position)
        }
        return following
    }

    /// The first beginning of a line at or after a byte; the size of the file when there is none.
    private func lineStart(from target: Int) throws -> Int {
        let reader = try FileReader(path: path)
        try reader.skip(to: target - 1)
        var room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 12, alignment: 16)
        defer { room.deallocate() }
        while true {
            let begin = reader.storedBytesRead
            let count = try reader.read(into: room)
            guard count > 0, let base = room.baseAddress else { return fileSize }
            if let found = memchr(base, 0x0a, count) { return begin + (UnsafeMutableRawPointer(found) - base) + 1 }
            guard room.count < 1 << 18 else { continue }
            room.deallocate()
            room = .allocate(byteCount: 1 << 18, alignment: 16)
        }
    }

    /// Reads on to the first end of a record at or after a byte.
    private func go(to target: Int, _ splitter: any RecordSplitter) throws {
        while splitter.position.byte < target {
            // A block has at most so many bytes, or is a single record.
            let isNear = target - splitter.position.byte <= 1 << 16
            guard try splitter.next(maximumRecords: isNear ? 1 : nil) != nil else { return }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A record is longer than the bound.
    public static let recordTooLong = CartloadError.Code("record.too-long")
    /// The input is text in an encoding other than UTF-8.
    public static let wrongEncoding = CartloadError.Code("format.encoding")
    /// The input is shorter than where reading should go on.
    public static let endsEarly = CartloadError.Code("format.ends-early")
}

/// Fills blocks from a reader and cuts them where a scanner says that records end.
///
/// The bytes of a block are read once and never moved, except for the record that a block's end cuts through: it goes to
/// the front of the next block. Blocks cut by a record limit share one allocation.
struct BlockSplitter<Scanner: BoundaryScanner> {
    var scanner: Scanner
    let reader: any ByteReader
    let blockSize: Int
    let maximumRecordBytes: Int
    private(set) var position = Position()
    /// Where the input ends for this splitter.
    private var end = Int.max
    private var held = Bytes()
    private var isEnd = false
    private var isFirst = true

    /// Makes ready at the reader's beginning; takes a byte order mark away.
    init(_ scanner: Scanner, _ reader: any ByteReader, _ options: SplitOptions) throws {
        self.scanner = scanner
        self.reader = reader
        blockSize = options.blockSize
        maximumRecordBytes = options.maximumRecordBytes
        // When reading goes on far behind, a whole block of the beginning would be read for nothing.
        let isFar = (options.start?.byte ?? 0) > blockSize
        try fill(atLeast: 3, room: isFar ? 4096 : blockSize)
        let first = held.withUnsafeBytes { Array($0.prefix(4)) }
        if first.starts(with: [0xef, 0xbb, 0xbf]) {
            held = held[3..<held.count]
            position.byte = 3
        } else if first.starts(with: [0xfe, 0xff]) || first.starts(with: [0xff, 0xfe]) {
            throw CartloadError(
                .wrongEncoding, "the text is UTF-16 or UTF-32, not UTF-8", at: Location(source: reader.name, byte: 0),
                advice: "Convert it first, for example with: iconv -f UTF-16 -t UTF-8")
        }
    }

    /// What has been read and not been handed out yet.
    var lookahead: Bytes { held }
    /// Goes on at a position at or after this one.
    mutating func skip(to target: Position) throws {
        let distance = target.byte - position.byte
        guard distance > 0 else {
            if distance == 0 {
                position = target
                isFirst = isFirst && target.record == 0
            }
            return
        }
        if distance <= held.count {
            held = held[distance..<held.count]
        } else {
            let beyond = distance - held.count
            held = Bytes()
            if let reader = reader as? any SkippingByteReader {
                try reader.skip(to: target.byte)
            } else {
                try discard(beyond)
            }
        }
        position = target
        isFirst = false
    }

    /// Goes on at the options' place, and ends at theirs.
    mutating func restrict(to options: SplitOptions) throws {
        if let start = options.start { try skip(to: start) }
        guard let end = options.end else { return }
        self.end = max(end, position.byte)
        let left = self.end - position.byte
        guard held.count >= left else { return }
        held = held[0..<left]
        isEnd = true
    }

    /// Moves over the record that was read as a header.
    mutating func drop(_ boundary: Boundary) {
        held = held[boundary.offset..<held.count]
        position.byte += boundary.offset
        position.line += boundary.lines
    }

    mutating func next(limit: Int) throws -> SplitBlock? {
        precondition(limit > 0, "a block has at least one record")
        while true {
            let boundary = scan(limit: limit)
            if boundary.records > 0 {
                if boundary.offset > maximumRecordBytes { try checkLengths(in: boundary) }
                return take(boundary)
            }
            if isEnd {
                if held.count > 0 { _ = take(boundary) }  // only blank lines are left
                return nil
            }
            if boundary.offset > 0 { _ = take(boundary) }
            guard held.count <= maximumRecordBytes else { throw tooLong(at: position) }
            try fill(atLeast: max(blockSize, held.count * 2))
        }
    }

    /// Looks for a block's end in what is held, which after sampling can be several blocks.
    private func scan(limit: Int) -> Boundary {
        var window = blockSize
        while true {
            let boundary = boundary(within: window, limit: limit)
            if boundary.records > 0 || window >= held.count { return boundary }
            window *= 2
        }
    }

    private func boundary(within window: Int, limit: Int) -> Boundary {
        held.withUnsafeBytes { buffer in
            guard buffer.count > 0, let base = buffer.baseAddress else { return Boundary() }
            return scanner.scan(
                base.assumingMemoryBound(to: UInt8.self), count: min(window, buffer.count),
                isEnd: isEnd && window >= buffer.count, limit: limit)
        }
    }

    /// The end of the first record that is held, read on for if need be; no records in an empty input.
    mutating func firstRecord() throws -> Boundary {
        while true {
            let boundary = scan(limit: 1)
            if boundary.records > 0 || isEnd {
                if boundary.offset > maximumRecordBytes { throw tooLong(at: position) }
                return boundary
            }
            guard held.count <= maximumRecordBytes else { throw tooLong(at: position) }
            try fill(atLeast: held.count * 2)
        }
    }

    /// Reads on until so many records are held, or about so many bytes, or all.
    mutating func sample(records: Int, bytes: Int) throws -> Bytes {
        while true {
            let boundary = boundary(within: held.count, limit: records)
            if boundary.records >= records || isEnd || held.count >= bytes { return held[0..<boundary.offset] }
            try fill(atLeast: min(held.count * 2, bytes))
        }
    }

    private mutating func take(_ boundary: Boundary) -> SplitBlock {
        let start = position
        let bytes = held[0..<boundary.offset]
        held = held[boundary.offset..<held.count]
        position.byte += boundary.offset
        position.line += boundary.lines
        position.record += boundary.records
        defer { if boundary.records > 0 { isFirst = false } }
        return SplitBlock(
            bytes: bytes, recordCount: boundary.records, start: start, end: position, isFirst: isFirst)
    }

    /// Reads into a new block, what is held at its front, until it is full, the input ends, or a pipe that has given the end
    /// of a line would have to be waited for.
    private mutating func fill(atLeast count: Int, room: Int? = nil) throws {
        let room = min(max(count, room ?? blockSize), end - position.byte)
        var builder = BytesBuilder(capacity: room)
        builder.append(held)
        while builder.count < room {
            let free = UnsafeMutableRawBufferPointer(start: builder.end, count: room - builder.count)
            let read: Int
            do { read = try reader.read(into: free) } catch let error as CartloadError {
                throw error.located(Location(source: reader.name))
            }
            if read == 0 {
                isEnd = true
                break
            }
            let last = UnsafeRawBufferPointer(start: builder.end, count: read)
            builder.advance(read)
            if reader.wouldWait, last.contains(UInt8(ascii: "\n")) { break }
        }
        if position.byte + builder.count == end { isEnd = true }
        held = builder.finish()
    }

    private mutating func discard(_ count: Int) throws {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { room.deallocate() }
        var left = count
        while left > 0 {
            let read = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: room[..<min(left, room.count)]))
            guard read > 0 else {
                throw CartloadError(
                    .endsEarly, "the data ends before the place where reading should go on",
                    at: Location(source: reader.name),
                    advice: "The file is not the one of the earlier run; start again with --fresh.")
            }
            left -= read
        }
    }

    /// Looks at each record of a block that is larger than a record may be.
    private func checkLengths(in block: Boundary) throws {
        var place = position
        var offset = 0
        while offset < block.offset {
            let record = held.withUnsafeBytes { buffer in
                guard let base = buffer.baseAddress else { return Boundary() }
                return scanner.scan(
                    (base + offset).assumingMemoryBound(to: UInt8.self), count: block.offset - offset, isEnd: true,
                    limit: 1)
            }
            if record.offset > maximumRecordBytes { throw tooLong(at: place) }
            if record.offset == 0 { return }
            offset += record.offset
            place.byte += record.offset
            place.line += record.lines
            place.record += record.records
        }
    }

    private func tooLong(at position: Position) -> CartloadError {
        CartloadError(
            .recordTooLong, "the record is longer than \(maximumRecordBytes) bytes",
            at: position.location(in: reader.name),
            advice: "A quote or line end may be missing; raise the bound if the record is meant.")
    }
}

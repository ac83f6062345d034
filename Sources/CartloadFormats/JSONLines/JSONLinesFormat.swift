// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import Glibc

/// One JSON object in each line.
public struct JSONLinesFormat: RecordFormat {
    public let name = "jsonl"

    public init() {}

    public func splitter(over reader: any ByteReader, _ options: SplitOptions) throws -> any RecordSplitter {
        try JSONLinesSplitter(reader, options)
    }

    public func encoder() -> any RecordEncoder { JSONLinesEncoder() }
}

/// Cuts JSON Lines into blocks.
final class JSONLinesSplitter: RecordSplitter {
    private var blocks: BlockSplitter<LineScanner>

    init(_ reader: any ByteReader, _ options: SplitOptions) throws {
        blocks = try BlockSplitter(LineScanner(), reader, options)
        try blocks.restrict(to: options)
    }

    var decoder: any SealedDecoder { JSONLinesDecoder() }
    var schema: Schema? { nil }
    var position: Position { blocks.position }

    func next(maximumRecords: Int?) throws -> SplitBlock? {
        try blocks.next(limit: maximumRecords ?? Int.max)
    }
}

/// Opens blocks of JSON Lines.
public struct JSONLinesDecoder: SealedDecoder {
    public init() {}

    public func decode(
        _ sealed: Sealed, at origin: Location, _ diagnostics: inout Diagnostics
    ) throws -> RecordBatch.Body {
        .rows(try Rows.scan(sealed.bytes, origin: origin, isFirst: origin.byte == 0, &diagnostics))
    }

    /// Scans and extracts in one pass.
    public func decode(
        _ sealed: Sealed, extracting projection: Projection, at origin: Location, _ diagnostics: inout Diagnostics
    ) throws -> (batch: RecordBatch, columns: ProjectedColumns) {
        let (rows, columns) = try Rows.scan(
            sealed.bytes, extracting: projection, origin: origin, isFirst: origin.byte == 0, &diagnostics)
        return (RecordBatch(.rows(rows), origin: origin), columns)
    }
}

/// Writes each record as one line of JSON.
public struct JSONLinesEncoder: RecordEncoder {
    private let isASCIIOnly: Bool

    /// - Parameter asciiOnly: Whether characters beyond ASCII are written as escapes.
    public init(asciiOnly: Bool = false) { isASCIIOnly = asciiOnly }

    public func header(_ fields: [String]) -> Bytes? { nil }

    public func encode(
        _ batch: RecordBatch, fields: [String]?, _ diagnostics: inout Diagnostics
    ) throws -> EncodedBlock {
        if !isASCIIOnly, let block = JSONLinesEncoder.passed(batch) { return block }
        let batch = try batch.opened(&diagnostics)
        if case .rows(let rows) = batch.body, rows.isLineFed, batch.selection == nil, !isASCIIOnly {
            // The arena is what the file gets: nothing is copied.
            return EncodedBlock(bytes: rows.bytes, recordEnds: rows.lineEnds)
        }
        var bytes = BytesBuilder(capacity: batch.selectedByteCount + batch.selectedByteCount / 4)
        var ends: [Int32]? = []
        ends?.reserveCapacity(batch.count ?? 0)
        batch.writeJSONLines(into: &bytes, recordEnds: &ends, asciiOnly: isASCIIOnly, &diagnostics)
        return EncodedBlock(bytes: bytes.finish(), recordEnds: ends ?? [])
    }
}

extension JSONLinesEncoder {
    /// Lines that nobody has opened pass as they are, unless they need a hand: blanks, a mark, a last line without its end.
    ///
    /// Whoever hands over a sealed batch wants no more than that lines begin and end as objects do.
    private static func passed(_ batch: RecordBatch) -> EncodedBlock? {
        guard case .sealed(let sealed) = batch.body, sealed.decoder is JSONLinesDecoder, batch.selection == nil else {
            return nil
        }
        var ends: [Int32] = []
        ends.reserveCapacity(sealed.count ?? 0)
        let isClean = sealed.bytes.withUnsafeBytes { text in
            guard let base = text.baseAddress else { return true }
            var start = 0
            while start < text.count {
                guard text[start] == UInt8(ascii: "{"), let found = memchr(base + start, 0x0a, text.count - start)
                else {
                    return false
                }
                let end = UnsafeRawPointer(found) - base
                guard text[end - 1] == UInt8(ascii: "}") else { return false }
                start = end + 1
                ends.append(Int32(truncatingIfNeeded: start))
            }
            return true
        }
        return isClean ? EncodedBlock(bytes: sealed.bytes, recordEnds: ends) : nil
    }
}

extension RecordBatch {
    /// About how many of the body's bytes belong to the chosen records: a small part must not reserve room for all.
    fileprivate var selectedByteCount: Int {
        let all =
            switch body {
            case .rows(let rows): rows.count
            case .columns(let columns): columns.count
            case .sealed: 0
            }
        guard let selection, all > 0 else { return byteCount }
        return byteCount / all * selection.count
    }
}

extension Rows {
    /// The offset after each record and its line feed.
    fileprivate var lineEnds: [Int32] {
        places.withUnsafeBufferPointer { places in places.map { Int32(truncatingIfNeeded: $0.end) + 1 } }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage

/// The records of one page, in blocks of bounded size, as they came.
struct PageRecords: Sendable {
    var blocks: [RecordBatch] = []
    var diagnostics: Diagnostics
    /// How many there are on the page, for paging; rejects count.
    private(set) var count = 0

    init(_ answer: Answer, _ form: RecordForm, blockSize: Int) throws {
        diagnostics = answer.diagnostics
        let source = answer.response.head.url.description
        switch form {
        case .json:
            let rows = answer.document?.rows ?? Rows([])
            count = rows.count + diagnostics.rejects.count
            blocks = PageRecords.divided(rows, blockSize).map { rows, first in
                RecordBatch(.rows(rows), origin: Location(source: source, record: first + 1))
            }
        case .jsonLines: try split(JSONLinesFormat(), answer.response.body, source, blockSize)
        case .csv: try split(CSVFormat(), answer.response.body, source, blockSize)
        }
    }

    private mutating func split(_ format: any RecordFormat, _ body: Bytes, _ source: String, _ blockSize: Int) throws {
        guard !body.isEmpty else { return }
        let splitter = try format.splitter(over: BodyReader(body, source), SplitOptions(blockSize: blockSize))
        while let block = try splitter.next() {
            let sealed = block.batch(format, splitter.decoder, source: source)
            let batch = try sealed.opened(&diagnostics)
            count += block.recordCount ?? batch.count ?? 0
            if batch.count != 0 { blocks.append(batch) }
        }
    }

    /// Pieces of about a size, that share the page's bytes.
    private static func divided(_ rows: Rows, _ blockSize: Int) -> [(Rows, first: Int)] {
        guard rows.count > 0 else { return [] }
        var pieces: [(Rows, first: Int)] = []
        var first = 0
        rows.places.withUnsafeBufferPointer { places in
            for row in 0..<places.count {
                let start = places[first].start
                let isFull = Int(places[row].end - start) >= blockSize
                guard isFull || row == places.count - 1 else { continue }
                let moved = places[first...row].map { RowPlace(start: $0.start - start, end: $0.end - start) }
                let bytes = rows.bytes[Int(start)..<Int(places[row].end)]
                pieces.append((Rows(bytes: bytes, places: Buffer(moved), isLineFed: false), first))
                first = row + 1
            }
        }
        return pieces
    }
}

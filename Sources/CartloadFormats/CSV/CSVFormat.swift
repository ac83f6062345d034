// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Delimited text with one record after another and quotes around what would be misunderstood (RFC 4180); CSV and TSV.
public struct CSVFormat: RecordFormat {
    public let name = "csv"
    public let options: CSVOptions

    public init(_ options: CSVOptions = .csv) { self.options = options }

    public func splitter(over reader: any ByteReader, _ split: SplitOptions) throws -> any RecordSplitter {
        try CSVSplitter(reader, options, split)
    }

    public func encoder() -> any RecordEncoder { CSVEncoder(options) }
}

/// Cuts CSV into blocks, after having looked at its header and first records.
final class CSVSplitter: RecordSplitter {
    private var blocks: BlockSplitter<CSVBoundaryScanner>
    private let csv: CSVDecoder

    init(_ reader: any ByteReader, _ options: CSVOptions, _ split: SplitOptions) throws {
        let dialect = CSVDialect(options, delimiter: options.delimiter ?? UInt8(ascii: ","))
        blocks = try BlockSplitter(CSVBoundaryScanner(dialect: dialect), reader, split)
        if options.delimiter == nil {
            blocks.scanner.dialect.delimiter = CSVDialect.sniffedDelimiter(
                try blocks.sample(records: 20, bytes: 1 << 16), options)
        }
        let names = try CSVSplitter.names(&blocks, options)
        blocks.scanner.countsBlankLines = names.count == 1
        csv = try CSVSplitter.decoder(&blocks, names, options)
        try blocks.restrict(to: split)
    }

    var decoder: any SealedDecoder { csv }
    var schema: Schema? { csv.schema }
    var position: Position { blocks.position }

    func next(maximumRecords: Int?) throws -> SplitBlock? {
        try blocks.next(limit: maximumRecords ?? Int.max)
    }

    /// The columns' names; takes the header away.
    private static func names(
        _ blocks: inout BlockSplitter<CSVBoundaryScanner>, _ options: CSVOptions
    ) throws -> [String] {
        let boundary = try blocks.firstRecord()
        let place = blocks.position.location(in: blocks.reader.name)
        let table = CSVTable(
            blocks.lookahead[0..<boundary.offset], blocks.scanner.dialect, columns: nil, pads: false, maximumRows: 1)
        if let reject = table.rejects.first {
            throw CartloadError(reject.code, "in the first record \(reject.message)", at: place)
        }
        switch options.header {
        case .absent: return (0..<table.columnCount).map { "column\($0 + 1)" }
        case .names(let names):
            guard table.rowCount == 0 || table.columnCount == names.count else {
                throw CartloadError(
                    .columnNames, "\(names.count) names are given for \(table.columnCount) columns", at: place,
                    advice: "Give a name for each column.")
            }
            return try unique(names, place)
        case .present:
            guard table.rowCount > 0 else { return [] }
            blocks.drop(boundary)
            var names: [String] = []
            table.withReader([]) { reader in
                for index in 0..<table.columnCount {
                    guard case .text(let buffer) = reader.text(index, .string).values else { continue }
                    let name = buffer[0]
                    names.append(name.isEmpty ? "column\(index + 1)" : name)
                }
            }
            return try unique(names, place)
        }
    }

    private static func unique(_ names: [String], _ place: Location) throws -> [String] {
        var seen = Set<String>()
        for name in names where !seen.insert(name).inserted {
            throw CartloadError(
                .duplicateColumn, "two columns are called \"\(name)\"", at: place,
                advice: "Give the columns names of your own, and skip the header.")
        }
        return names
    }

    private static func decoder(
        _ blocks: inout BlockSplitter<CSVBoundaryScanner>, _ names: [String], _ options: CSVOptions
    ) throws -> CSVDecoder {
        let nullTexts = options.nullTexts.map { Array($0.utf8) }
        var plans = names.map { name -> CSVDecoder.Plan in
            if let field = options.schema?[name] { return .given(field.type) }
            return options.infersTypes ? .seen([]) : .given(.string)
        }
        if plans.contains(.seen([])) {
            let bytes = try blocks.sample(records: options.sampledRecords, bytes: 1 << 20)
            let kinds = CSVSchemaInference.kinds(
                of: bytes, blocks.scanner.dialect, columns: names.count, nullTexts: nullTexts,
                pads: options.shortRecords == .pad, maximumRecords: options.sampledRecords)
            for (index, plan) in plans.enumerated() where plan == .seen([]) { plans[index] = .seen(kinds[index]) }
        }
        return CSVDecoder(
            names: names, plans: plans, dialect: blocks.scanner.dialect, nullTexts: nullTexts,
            pads: options.shortRecords == .pad)
    }
}

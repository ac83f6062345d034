// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A batch has fields that its file's header does not have.
    public static let otherFields = CartloadError.Code("format.other-fields")
    /// A value cannot be written without quotes, which are switched off.
    public static let needsQuotes = CartloadError.Code("csv.needs-quotes")
}

/// Writes batches as CSV, quoting only what would be misunderstood otherwise.
///
/// An empty string is written as two quotes, so that it differs from null. Nested values are written as JSON text.
public struct CSVEncoder: RecordEncoder {
    let dialect: CSVDialect
    let nullText: [UInt8]
    private let hasHeader: Bool

    public init(_ options: CSVOptions = .csv) {
        dialect = CSVDialect(options, delimiter: options.delimiter ?? UInt8(ascii: ","))
        nullText = Array((options.nullTexts.first ?? "").utf8)
        hasHeader = options.header == .present
    }

    public func header(_ fields: [String]) -> Bytes? {
        guard hasHeader else { return nil }
        var writer = CSVWriter(self, capacity: 256)
        for (index, field) in fields.enumerated() {
            if index > 0 { writer.bytes.append(dialect.delimiter) }
            let name = Bytes(field)
            name.withUnsafeBytes { writer.text($0) }
        }
        writer.bytes.append(10)
        return writer.bytes.finish()
    }

    public func encode(
        _ batch: RecordBatch, fields: [String]?, _ diagnostics: inout Diagnostics
    ) throws -> EncodedBlock {
        let opened = try batch.opened(&diagnostics)
        let (columns, selection) = try opened.columnsToWrite(&diagnostics)
        let own = columns.schema.fields.map(\.name)
        let fields = fields ?? own
        if let extra = own.first(where: { !fields.contains($0) }) {
            throw CartloadError(
                .otherFields, "the batch has a field that the file's header has not", at: Location(field: extra),
                advice: "Select the fields to write, or give the stream a schema.")
        }
        let count = selection?.count ?? columns.count
        let cells = fields.map { columns[$0].map(CSVCellSource.init) ?? .null }
        var writer = CSVWriter(self, capacity: columns.byteCount + count * (fields.count + 1))
        var ends: [Int32] = []
        ends.reserveCapacity(count)
        withExtendedLifetime(columns) {
            for position in 0..<count {
                let row = selection?[position] ?? position
                for (index, cell) in cells.enumerated() {
                    if index > 0 { writer.bytes.append(dialect.delimiter) }
                    writer.cell(cell, row)
                }
                // A single null is an empty line, which is what it is read from again.
                writer.bytes.append(10)
                ends.append(Int32(truncatingIfNeeded: writer.bytes.count))
            }
        }
        if writer.isUnwritable {
            throw CartloadError(
                .needsQuotes, "a value is empty or has the delimiter or a line end in it, and quotes are switched off",
                advice: "Set a quote character, or a delimiter and null text that do not occur in the data.")
        }
        // Blocks are far smaller.
        precondition(writer.bytes.count <= Int(Int32.max), "an encoded block is limited to 2 GiB")
        return EncodedBlock(bytes: writer.bytes.finish(), recordEnds: ends, fields: fields)
    }
}

extension RecordBatch {
    /// Every top-level field as a column, and which rows of the columns are meant.
    fileprivate func columnsToWrite(_ diagnostics: inout Diagnostics) throws -> (Columns, Selection?) {
        if case .columns(let columns) = body { return (try columns.inferred(&diagnostics), selection) }
        return (try columns(.all, &diagnostics).columns, nil)
    }
}

/// Where the values of a column are, with its type looked at once.
///
/// Raw pointers, since reference counts would be touched for each cell otherwise; valid while the columns live.
enum CSVCellSource {
    case null
    case boolean(UnsafePointer<UInt8>, UnsafePointer<UInt8>?)
    case int64(UnsafePointer<Int64>, UnsafePointer<UInt8>?)
    case float64(UnsafePointer<Double>, UnsafePointer<UInt8>?)
    case text(UnsafePointer<Int32>, UnsafeRawPointer, UnsafePointer<UInt8>?)

    init(_ column: Column) {
        let validity = column.validity?.pointer
        switch column.values {
        case .null: self = .null
        case .boolean(let bits): self = .boolean(bits.pointer, validity)
        case .int64(let values): self = .int64(values.pointer, validity)
        case .float64(let values): self = .float64(values.pointer, validity)
        case .text(let texts): self = .text(texts.offsets.pointer, texts.bytes.baseAddress, validity)
        }
    }
}

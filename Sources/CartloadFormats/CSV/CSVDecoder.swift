// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// A CSV record has more or fewer fields than there are columns.
    public static let fieldCount = CartloadError.Code("csv.field-count")
    /// A quote is opened and never closed.
    public static let unclosedQuote = CartloadError.Code("csv.unclosed-quote")
    /// A quote stands where none may.
    public static let strayQuote = CartloadError.Code("csv.stray-quote")
    /// A record is not valid UTF-8.
    public static let invalidText = CartloadError.Code("csv.invalid-utf8")
    /// Two columns have the same name.
    public static let duplicateColumn = CartloadError.Code("csv.duplicate-column")
    /// The given names are not as many as the columns.
    public static let columnNames = CartloadError.Code("csv.column-names")
}

/// Opens blocks of CSV as columns.
public struct CSVDecoder: SealedDecoder {
    /// What is known of one column.
    enum Plan: Sendable, Hashable {
        /// Its type was given; what does not fit is rejected.
        case given(FieldType)
        /// These kinds of values were seen in the sample; what does not fit widens the column of its block.
        case seen(CellKinds)
    }

    let names: [String]
    let plans: [Plan]
    let dialect: CSVDialect
    let nullTexts: [[UInt8]]
    let pads: Bool

    /// The schema as far as the sample tells.
    public var schema: Schema {
        Schema(
            zip(names, plans).map { name, plan in
                switch plan {
                case .given(let type): Field(name, type)
                case .seen(let kinds): Field(name, kinds.type)
                }
            })
    }

    public func decode(
        _ sealed: Sealed, at origin: Location, _ diagnostics: inout Diagnostics
    ) throws -> RecordBatch.Body {
        var table = CSVTable(sealed.bytes, dialect, columns: names.count, pads: pads)
        var columns = read(&table)
        // A second look is rare: only when a value does not fit a given type.
        while columns == nil { columns = read(&table) }
        report(table, at: origin, &diagnostics)
        let fields = zip(names, columns ?? []).map { Field($0, $1.type) }
        return .columns(Columns(schema: Schema(fields), columns: columns ?? [], count: table.rowCount))
    }

    /// All columns, or nil when rows had to be taken out and it must be done again.
    private func read(_ table: inout CSVTable) -> [Column]? {
        var misfits: [Int: Int] = [:]
        var columns: [Column] = []
        columns.reserveCapacity(plans.count)
        table.withReader(nullTexts) { reader in
            for (index, plan) in plans.enumerated() {
                var bad: [Int] = []
                columns.append(reader.column(index, plan, &bad))
                for row in bad where misfits[row] == nil { misfits[row] = index }
            }
        }
        if misfits.isEmpty { return columns }
        let rows = misfits.keys.sorted()
        let rejects = rows.map { row in
            let column = misfits[row] ?? 0
            var type = ""
            if case .given(let given) = plans[column] { type = "\(given)" }
            return CSVTable.Reject(
                row: table.rows[row], code: .wrongRecordType,
                message: "\(table.preview(row, column)) is not of type \(type)",
                field: column)
        }
        table.remove(rejects, at: rows)
        return nil
    }

    /// Turns what is wrong with rows into diagnostics; only here lines are counted.
    private func report(_ table: CSVTable, at origin: Location, _ diagnostics: inout Diagnostics) {
        guard !table.rejects.isEmpty else { return }
        table.bytes.withUnsafeBytes { buffer in
            var counted = 0
            var line = origin.line ?? 1
            for reject in table.rejects {
                let start = Int(reject.row.start)
                while counted < start {
                    if buffer[counted] == 10 || (buffer[counted] == 13 && buffer[counted + 1] != 10) { line += 1 }
                    counted += 1
                }
                let place = Location(
                    source: origin.source, line: line, byte: (origin.byte ?? 0) + start,
                    record: (origin.record ?? 1) + Int(reject.row.ordinal), field: reject.field.map { names[$0] })
                diagnostics.reject(
                    Diagnostic(
                        reject.code, reject.message, at: place, record: table.bytes[start..<Int(reject.row.end)]))
            }
        }
    }
}

extension CSVTable {
    /// A cell for a message, shortened.
    func preview(_ row: Int, _ column: Int) -> String {
        let cell = cells[row * columnCount + column]
        if cell.isMissing { return "a missing value" }
        let text = bytes[cell.start..<min(cell.end, cell.start + 40)].text
        return "\"\(text)\(cell.count > 40 ? "…" : "")\""
    }

    func withReader(_ nullTexts: [[UInt8]], _ body: (CSVColumnReader) -> Void) {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            body(
                CSVColumnReader(
                    base: base.assumingMemoryBound(to: UInt8.self), cells: cells.pointer, columnCount: columnCount,
                    rowCount: rowCount, dialect: dialect, nullTexts: nullTexts))
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Turns the cells of one column after another into Arrow buffers.
///
/// The pointers hold while the table's `withReader` runs. The type of a column is looked at once; its loop does one thing.
struct CSVColumnReader {
    let base: UnsafePointer<UInt8>
    let cells: UnsafePointer<CSVCell>
    let columnCount: Int
    let rowCount: Int
    let dialect: CSVDialect
    let emptyIsNull: Bool
    let otherNulls: [[UInt8]]

    init(
        base: UnsafePointer<UInt8>, cells: UnsafePointer<CSVCell>, columnCount: Int, rowCount: Int,
        dialect: CSVDialect, nullTexts: [[UInt8]]
    ) {
        self.base = base
        self.cells = cells
        self.columnCount = columnCount
        self.rowCount = rowCount
        self.dialect = dialect
        emptyIsNull = nullTexts.contains([])
        otherNulls = nullTexts.filter { !$0.isEmpty }
    }

    /// One column; for a given type, rows that do not fit are added to `misfits` and hold null.
    func column(_ index: Int, _ plan: CSVDecoder.Plan, _ misfits: inout [Int]) -> Column {
        switch plan {
        case .given(let type): return given(index, type, &misfits)
        case .seen(let kinds):
            var first: [Int] = []
            if let column = read(index, kinds.type, kinds, limit: 1, &first), first.isEmpty { return column }
            let all = kinds.union(self.kinds(index))
            var none: [Int] = []
            return read(index, all.type, all, limit: 1, &none) ?? text(index, .string)
        }
    }

    private func given(_ index: Int, _ type: FieldType, _ misfits: inout [Int]) -> Column {
        switch type {
        case .integer:
            if let column = integers(index, limit: 1, &misfits), misfits.isEmpty { return column }
            misfits = []
            let kinds = kinds(index)
            if kinds.contains(.wideInteger) {
                // Wider than 64 bits: the digits stay.
                return checked(index, type, [.smallInteger, .integer, .wideInteger], limit: .max, &misfits)
            }
            return integers(index, limit: .max, &misfits) ?? text(index, type)
        case .json, .object, .array: return json(index, type, &misfits)
        default: return read(index, type, .allOf(type), limit: .max, &misfits) ?? text(index, type)
        }
    }

    /// A column of a type; it stops after `limit` misfits.
    private func read(
        _ index: Int, _ type: FieldType, _ kinds: CellKinds, limit: Int, _ misfits: inout [Int]
    ) -> Column? {
        switch type {
        case .null: nulls(index, limit, &misfits)
        case .boolean: booleans(index, limit, &misfits)
        case .integer: integers(index, limit: limit, &misfits)
        case .number: numbers(index, isExact: kinds != .allOf(.number), limit, &misfits)
        case .decimal, .date, .time, .timestamp: checked(index, type, kinds, limit: limit, &misfits)
        default: text(index, type)
        }
    }

    /// The kinds of all values of a column.
    func kinds(_ index: Int) -> CellKinds {
        var kinds = CellKinds()
        for row in 0..<rowCount {
            let cell = cell(row, index)
            if isNull(cell) { continue }
            if kinds.contains(.text) { break }
            kinds.formUnion(.kind(of: content(cell)))
        }
        return kinds
    }

    @inline(__always)
    func cell(_ row: Int, _ index: Int) -> CSVCell { cells[row &* columnCount &+ index] }

    @inline(__always)
    func content(_ cell: CSVCell) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + cell.start, count: cell.count)
    }

    /// Whether a cell stands for null: without quotes and empty, or one of the texts that were said.
    @inline(__always)
    func isNull(_ cell: CSVCell) -> Bool {
        if cell.isQuoted { return false }
        if cell.count == 0 { return emptyIsNull || cell.isMissing }
        return otherNulls.isEmpty ? false : isOtherNull(cell)
    }

    @inline(never)
    private func isOtherNull(_ cell: CSVCell) -> Bool {
        let text = content(cell)
        return otherNulls.contains { $0.elementsEqual(text) }
    }
}

extension CellKinds {
    /// What fits a given type.
    static func allOf(_ type: FieldType) -> CellKinds {
        switch type {
        case .decimal: [.smallInteger, .integer, .wideInteger, .number, .decimal]
        case .number: [.smallInteger, .integer, .wideInteger, .number, .decimal, .text]
        case .date: .date
        case .time: .time
        case .timestamp(zoned: true): .zonedTimestamp
        case .timestamp(zoned: false): [.timestamp, .zonedTimestamp]
        default: []
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The cells of one block, row after row, and what was wrong with the rows that are not among them.
struct CSVTable {
    /// A row that is left out.
    struct Reject {
        var row: CSVRow
        var code: CartloadError.Code
        var message: String
        var field: Int?
    }

    let bytes: Bytes
    let dialect: CSVDialect
    let columnCount: Int
    /// `rowCount * columnCount` cells.
    private(set) var cells: Buffer<CSVCell>
    private(set) var rows: Buffer<CSVRow>
    private(set) var rejects: [Reject]
    var rowCount: Int { rows.count }

    /// Finds the cells of a block.
    ///
    /// - Parameters:
    ///   - columns: How many cells each record must have; nil takes the first record's number.
    ///   - pads: Whether records with fewer get missing ones.
    ///   - maximumRows: After so many it stops.
    init(_ bytes: Bytes, _ dialect: CSVDialect, columns: Int?, pads: Bool, maximumRows: Int = .max) {
        precondition(bytes.count < 1 << 31 - 1, "a block is limited to 2 GiB")
        self.bytes = bytes
        self.dialect = dialect
        var scanner = CSVCellScanner(
            dialect, columns: columns, pads: pads, maximumRows: maximumRows, count: bytes.count)
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, buffer.count > 0 else { return }
            scanner.scan(base.assumingMemoryBound(to: UInt8.self), buffer.count)
        }
        columnCount = scanner.columnCount
        rejects = scanner.rejects
        (cells, rows) = scanner.finish()
    }

    /// Takes rows out that turned out not to fit the columns' types; `indices` ascends.
    mutating func remove(_ bad: [Reject], at indices: [Int]) {
        var next = 0
        var kept: [Int] = []
        for row in 0..<rows.count {
            if next < indices.count, indices[next] == row { next += 1 } else { kept.append(row) }
        }
        rows = Buffer(kept.map { rows[$0] })
        cells = Buffer(kept.flatMap { row in (0..<columnCount).map { cells[row * columnCount + $0] } })
        rejects += bad
        rejects.sort { $0.row.ordinal < $1.row.ordinal }
    }
}

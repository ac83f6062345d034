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
    private(set) var columnCount: Int
    private(set) var cells: ContiguousArray<CSVCell> = []
    private(set) var rows: ContiguousArray<CSVRow> = []
    private(set) var rejects: [Reject] = []
    var rowCount: Int { rows.count }

    /// Finds the cells of a block.
    ///
    /// - Parameters:
    ///   - columns: How many cells each record must have; nil takes the first record's number.
    ///   - maximumRows: After so many it stops.
    init(_ bytes: Bytes, _ dialect: CSVDialect, columns: Int?, pads: Bool, maximumRows: Int = .max) {
        self.bytes = bytes
        self.dialect = dialect
        columnCount = columns ?? 0
        precondition(bytes.count < 1 << 31, "a block is limited to 2 GiB")
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, buffer.count > 0 else { return }
            read(base.assumingMemoryBound(to: UInt8.self), buffer.count, columns == nil, pads, maximumRows)
        }
    }

    private mutating func read(
        _ base: UnsafePointer<UInt8>, _ count: Int, _ takesFirst: Bool, _ pads: Bool, _ maximumRows: Int
    ) {
        var scanner = CSVChunkScanner(dialect)
        var validator = UTF8Validator()
        var isSettled = !takesFirst
        var offset = 0
        var cellStart = 0
        var rowStart = 0
        var rowCells = 0  // the index of the row's first cell
        var wasEscaped = false
        var isMalformed = false
        var ordinal: UInt32 = 0
        cells.reserveCapacity(count / 12 + 64)
        rows.reserveCapacity(columnCount > 0 ? count / (columnCount * 12) + 16 : 64)

        func addCell(_ end: Int, _ escaped: Bool, _ closedBy: UInt8) {
            var contentEnd = end
            if closedBy == 10, contentEnd > cellStart, base[contentEnd - 1] == 13 { contentEnd -= 1 }
            if dialect.hasQuotes, contentEnd > cellStart, base[cellStart] == dialect.quote {
                if contentEnd - 1 <= cellStart || base[contentEnd - 1] != dialect.quote {
                    isMalformed = true
                } else if escaped, scanner.hasStray || dialect.escape != nil {
                    isMalformed = isMalformed || !isWell(base, cellStart + 1, contentEnd - 1)
                }
                cells.append(CSVCell(start: cellStart + 1, end: contentEnd - 1, isQuoted: true, isEscaped: escaped))
            } else {
                cells.append(CSVCell(start: cellStart, end: contentEnd, isQuoted: false, isEscaped: false))
            }
        }

        func endRow(_ end: Int, isUnclosed: Bool) {
            let first = rowCells
            var contentEnd = end
            if contentEnd > rowStart, base[contentEnd - 1] == 13 { contentEnd -= 1 }
            let found = cells.count - first
            let isBlank = found == 1 && contentEnd == rowStart
            if isBlank, isSettled ? columnCount != 1 : true {
                cells.removeLast()
                return
            }
            let row = CSVRow(start: UInt32(rowStart), end: UInt32(contentEnd), ordinal: ordinal)
            ordinal += 1
            if !isSettled {
                columnCount = found
                isSettled = true
            }
            let invalid = validator.takeInvalid(before: end)
            if found == columnCount, !isMalformed, invalid == nil, !isUnclosed {
                rows.append(row)
            } else if isUnclosed {
                reject(row, .unclosedQuote, "a quote is not closed", first)
            } else if isMalformed {
                reject(row, .strayQuote, "a quote stands in the middle of a quoted cell", first)
            } else if let invalid {
                reject(row, .invalidText, "byte \(invalid - rowStart) of the record is not valid UTF-8", first)
            } else if found < columnCount, pads {
                for _ in found..<columnCount { cells.append(.missing) }
                rows.append(row)
            } else {
                reject(
                    row, .fieldCount, "the record has \(found) fields and there are \(columnCount) columns", first)
            }
            isMalformed = false
        }

        while offset < count {
            let chunk = scanner.next(base + offset, available: count - offset)
            if chunk.high != 0 { validator.check(base, count, at: offset, chunk.high) }
            var marks = chunk.separators | chunk.ends
            var escapes = chunk.escapes
            while marks != 0 {
                let bit = marks & (0 &- marks)
                let end = offset + marks.trailingZeroBitCount
                addCell(end, wasEscaped || escapes & (bit &- 1) != 0, base[end])
                wasEscaped = false
                escapes &= ~(bit &- 1)
                cellStart = end + 1
                if chunk.ends & bit != 0 {
                    endRow(end, isUnclosed: false)
                    rowStart = cellStart
                    rowCells = cells.count
                    if rows.count >= maximumRows { return }
                }
                marks &= marks &- 1
            }
            wasEscaped = wasEscaped || escapes != 0
            offset += 64
        }
        if rowStart < count {
            let isUnclosed = scanner.inQuotes != 0
            addCell(count, wasEscaped, 0)
            endRow(count, isUnclosed: isUnclosed)
        }
    }

    private mutating func reject(_ row: CSVRow, _ code: CartloadError.Code, _ message: String, _ firstCell: Int) {
        cells.removeSubrange(firstCell...)
        rejects.append(Reject(row: row, code: code, message: message, field: nil))
    }

    /// Takes rows out that turned out not to fit the columns' types; ascending.
    mutating func remove(_ bad: [Reject], at indices: [Int]) {
        var next = 0
        var kept = 0
        for row in 0..<rows.count {
            if next < indices.count, indices[next] == row {
                next += 1
                continue
            }
            if kept != row {
                rows[kept] = rows[row]
                for column in 0..<columnCount {
                    cells[kept * columnCount + column] = cells[row * columnCount + column]
                }
            }
            kept += 1
        }
        rows.removeSubrange(kept...)
        cells.removeSubrange((kept * columnCount)...)
        rejects += bad
        rejects.sort { $0.row.ordinal < $1.row.ordinal }
    }

    /// Whether every quote within a quoted cell is doubled or escaped.
    private func isWell(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var index = start
        while index < end {
            if base[index] == dialect.escape {
                index += 2
            } else if base[index] == dialect.quote {
                guard index + 1 < end, base[index + 1] == dialect.quote else { return false }
                index += 2
            } else {
                index += 1
            }
        }
        return index == end
    }
}

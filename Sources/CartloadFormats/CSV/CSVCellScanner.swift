// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Finds the cells and rows of one block.
struct CSVCellScanner: ~Copyable {
    private let dialect: CSVDialect
    private let pads: Bool
    private let maximumRows: Int
    /// 0 until the first record tells.
    private(set) var columnCount: Int
    private var isSettled: Bool
    private(set) var rejects: [CSVTable.Reject] = []
    private var cells: BytesBuilder
    private var rows: BytesBuilder
    private var cellCount = 0
    private var rowCount = 0
    private var ordinal: UInt32 = 0
    private var validator = UTF8Validator()
    private var isMalformed = false

    init(_ dialect: CSVDialect, columns: Int?, pads: Bool, maximumRows: Int, count: Int) {
        self.dialect = dialect
        self.pads = pads
        self.maximumRows = maximumRows
        columnCount = columns ?? 0
        isSettled = columns != nil
        cells = BytesBuilder(capacity: (count / 16 + 256) * MemoryLayout<CSVCell>.stride)
        rows = BytesBuilder(capacity: (count / 64 + 64) * MemoryLayout<CSVRow>.stride)
    }

    consuming func finish() -> (Buffer<CSVCell>, Buffer<CSVRow>) {
        cells.truncate()
        cells.advance(rowCount * columnCount * MemoryLayout<CSVCell>.stride)
        rows.truncate()
        rows.advance(rowCount * MemoryLayout<CSVRow>.stride)
        return (Buffer(bytes: cells.finish()), Buffer(bytes: rows.finish()))
    }

    /// Room for the cells and rows of a chunk, and for missing cells.
    @inline(__always)
    private mutating func room() -> (UnsafeMutablePointer<CSVCell>, UnsafeMutablePointer<CSVRow>) {
        let cellBytes = (cellCount + 66) * MemoryLayout<CSVCell>.stride
        if cellBytes > cells.capacity { cells.grow(cellBytes) }
        let rowBytes = (rowCount + 66) * MemoryLayout<CSVRow>.stride
        if rowBytes > rows.capacity { rows.grow(rowBytes) }
        return (cells.base.assumingMemoryBound(to: CSVCell.self), rows.base.assumingMemoryBound(to: CSVRow.self))
    }

    mutating func scan(_ base: UnsafePointer<UInt8>, _ count: Int) {
        var chunks = CSVChunkScanner(dialect)
        var cellStart = 0
        var rowStart = 0
        var wasEscaped = false
        var offset = 0
        let quote = dialect.quote
        let hasQuotes = dialect.hasQuotes
        while offset < count {
            let chunk = chunks.next(base + offset, available: count - offset)
            if chunk.high != 0 { validator.check(base, count, at: offset, chunk.high) }
            var marks = chunk.separators | chunk.ends
            var (cells, rows) = room()
            var found = cellCount
            var escapes = chunk.escapes
            while marks != 0 {
                let bit = marks & (0 &- marks)
                let end = offset &+ marks.trailingZeroBitCount
                let isLast = chunk.ends & bit != 0
                var contentEnd = end
                if isLast, end > rowStart, base[end] == 10, base[end - 1] == 13 { contentEnd = end - 1 }
                if base[cellStart] == quote, hasQuotes, contentEnd > cellStart {
                    let isEscaped = wasEscaped || escapes & (bit &- 1) != 0
                    cells[found] = CSVCell(
                        start: cellStart + 1, end: contentEnd - 1, isQuoted: true, isEscaped: isEscaped)
                    if base[contentEnd - 1] != quote || contentEnd - 1 == cellStart {
                        isMalformed = true
                    } else if isEscaped, chunks.hasStray || dialect.escape != nil {
                        if !isWell(base, cellStart + 1, contentEnd - 1) { isMalformed = true }
                    }
                } else {
                    cells[found] = CSVCell(start: cellStart, end: contentEnd, isQuoted: false, isEscaped: false)
                }
                found &+= 1
                wasEscaped = false
                escapes &= ~(bit &- 1)
                cellStart = end &+ 1
                marks &= marks &- 1
                guard isLast else { continue }
                if found &- rowCount &* columnCount == columnCount, columnCount > 1, !isMalformed, !validator.hasInvalid
                {
                    rows[rowCount] = CSVRow(start: UInt32(rowStart), end: UInt32(contentEnd), ordinal: ordinal)
                    rowCount &+= 1
                    ordinal &+= 1
                } else {
                    endRow(rowStart..<contentEnd, &found, isUnclosed: false)
                    (cells, rows) = moreRoom(found)
                }
                rowStart = cellStart
                if rowCount >= maximumRows { return }
            }
            cellCount = found
            wasEscaped = wasEscaped || escapes != 0
            offset &+= 64
        }
        guard rowStart < count else { return }
        // The last record has no line end.
        let (cells, _) = room()
        let isQuoted = hasQuotes && cellStart < count && base[cellStart] == quote
        if isQuoted {
            cells[cellCount] = CSVCell(
                start: cellStart + 1, end: max(count - 1, cellStart + 1), isQuoted: true, isEscaped: wasEscaped)
            if base[count - 1] != quote || count - 1 == cellStart || !isWell(base, cellStart + 1, count - 1) {
                isMalformed = true
            }
        } else {
            cells[cellCount] = CSVCell(start: cellStart, end: count, isQuoted: false, isEscaped: false)
        }
        var found = cellCount + 1
        endRow(rowStart..<count, &found, isUnclosed: chunks.inQuotes != 0)
    }

    /// Room again after a row that may have been padded.
    private mutating func moreRoom(_ found: Int) -> (UnsafeMutablePointer<CSVCell>, UnsafeMutablePointer<CSVRow>) {
        cellCount = found
        return room()
    }

    /// Ends a row that may be blank, padded or bad.
    @inline(never)
    private mutating func endRow(_ place: Range<Int>, _ found: inout Int, isUnclosed: Bool) {
        let first = rowCount * columnCount
        let width = found - first
        if place.isEmpty, width == 1, !(isSettled && columnCount == 1) {
            found = first
            return
        }
        if !isSettled {
            columnCount = width
            isSettled = true
        }
        let row = CSVRow(start: UInt32(place.lowerBound), end: UInt32(place.upperBound), ordinal: ordinal)
        ordinal += 1
        let invalid = validator.takeInvalid(before: place.upperBound)
        defer { isMalformed = false }
        let problem: (CartloadError.Code, String)?
        if isUnclosed {
            problem = (.unclosedQuote, "a quote is not closed")
        } else if isMalformed {
            problem = (.strayQuote, "a quote stands in the middle of a quoted cell")
        } else if let invalid {
            problem = (.invalidText, "byte \(invalid - place.lowerBound) of the record is not valid UTF-8")
        } else if width < columnCount, pads {
            problem = nil
            cellCount = found
            cells.truncate()
            cells.advance(found * MemoryLayout<CSVCell>.stride)
            cells.reserve((columnCount + 66) * MemoryLayout<CSVCell>.stride)
            let room = cells.base.assumingMemoryBound(to: CSVCell.self)
            for _ in width..<columnCount {
                room[found] = .missing
                found += 1
            }
        } else if width != columnCount {
            problem = (
                .fieldCount,
                "the record has \(width) field\(width == 1 ? "" : "s") and there are \(columnCount) columns"
            )
        } else {
            problem = nil
        }
        if let problem {
            found = first
            rejects.append(CSVTable.Reject(row: row, code: problem.0, message: problem.1, field: nil))
        } else {
            rows.base.assumingMemoryBound(to: CSVRow.self)[rowCount] = row
            rowCount += 1
        }
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

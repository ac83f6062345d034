// SPDX-License-Identifier: Apache-2.0

/// Finds the ends of CSV records; line ends within quotes are none.
struct CSVBoundaryScanner: BoundaryScanner {
    var dialect: CSVDialect
    /// Whether an empty line is a record, which it is for one column: null.
    var countsBlankLines = false

    func scan(_ base: UnsafePointer<UInt8>, count total: Int, isEnd: Bool, limit: Int) -> Boundary {
        var found = Boundary()
        var scanner = CSVChunkScanner(dialect)
        var atLineStart: UInt64 = 1
        var lines = 0
        var records = 0
        var offset = 0
        // Whether a carriage return is an end by itself shows only when the next byte is there.
        let count = !isEnd && total > 0 && base[total - 1] == 13 ? total - 1 : total
        while offset < count {
            let chunk = scanner.next(base + offset, available: count == total ? count - offset : total - offset)
            var ends = chunk.ends
            if count - offset < 64 { ends &= (1 << UInt64(count - offset)) &- 1 }
            if ends != 0 {
                let starts = ends << 1 | atLineStart
                let blank = countsBlankLines ? 0 : starts & (ends | chunk.pairedReturns)
                // Counting bits takes a dozen instructions where the processor's own may not be assumed.
                let count = ends.nonzeroBitCount
                let ended = blank == 0 ? count : count - blank.nonzeroBitCount
                if records + ended >= limit {
                    found.records = records
                    var rest = ends
                    while rest != 0, found.records < limit {
                        let bit = rest & (0 &- rest)
                        if blank & (bit | (bit >> 1)) == 0 { found.records += 1 }
                        found.offset = offset + rest.trailingZeroBitCount + 1
                        found.lines = lines + (chunk.lineEnds & (bit | (bit &- 1))).nonzeroBitCount
                        rest &= rest &- 1
                    }
                    if found.records >= limit { return found }
                    records = found.records
                } else {
                    let last = 63 - ends.leadingZeroBitCount
                    let through = ~0 as UInt64 >> UInt64(63 - last)
                    found.offset = offset + last + 1
                    found.lines =
                        lines + (chunk.lineEnds == ends ? count : (chunk.lineEnds & through).nonzeroBitCount)
                    records += ended
                }
                atLineStart = ends >> 63
            } else {
                atLineStart = 0
            }
            if chunk.lineEnds != 0 {
                lines = chunk.lineEnds == ends ? found.lines : lines + chunk.lineEnds.nonzeroBitCount
            }
            offset += 64
        }
        found.records = records
        if isEnd, found.offset < count {
            found.offset = count
            found.lines = lines
            found.records += 1
        }
        return found
    }
}

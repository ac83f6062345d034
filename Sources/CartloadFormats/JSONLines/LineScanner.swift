// SPDX-License-Identifier: Apache-2.0

internal import CByteScan

/// Finds the ends of lines; lines with nothing but blanks are no records.
struct LineScanner: BoundaryScanner {
    func scan(_ base: UnsafePointer<UInt8>, count: Int, isEnd: Bool, limit: Int) -> Boundary {
        var found = Boundary()
        var isRecord = false  // whether the line that reaches into this chunk has more than blanks
        var offset = 0
        while offset < count {
            let masks = cl_scan_lines(base + offset)
            var feeds = masks.feeds
            var marks = ~masks.spaces
            let left = count - offset
            if left < 64 {
                let valid: UInt64 = (1 << UInt64(left)) &- 1
                feeds &= valid
                marks &= valid
            }
            if feeds == 0 {
                isRecord = isRecord || marks != 0
            } else {
                let ended = records(ending: feeds, marks, isRecord)
                if found.records + ended >= limit {
                    walk(feeds, marks, isRecord, at: offset, limit, &found)
                    return found
                }
                let last = 63 - feeds.leadingZeroBitCount
                found.records += ended
                found.lines += feeds.nonzeroBitCount
                found.offset = offset + last + 1
                isRecord = last < 63 && marks >> UInt64(last + 1) != 0
            }
            offset += 64
        }
        if isEnd, found.offset < count {
            found.offset = count
            if isRecord { found.records += 1 }
        }
        return found
    }

    /// How many of the lines that end in a chunk are records.
    @inline(__always)
    private func records(ending feeds: UInt64, _ marks: UInt64, _ isRecord: Bool) -> Int {
        let first = isRecord || marks & (feeds ^ (feeds &- 1)) != 0
        if (feeds << 1) & ~marks == 0 || feeds & (feeds &- 1) == 0 {
            // Every line that begins here begins with something other than a blank, as nearly always.
            return feeds.nonzeroBitCount - (first ? 0 : 1)
        }
        var count = 0
        var rest = feeds
        var before: UInt64 = 0
        var begun = isRecord
        while rest != 0 {
            let through = rest ^ (rest &- 1)
            if begun || marks & through & ~before != 0 { count += 1 }
            begun = false
            before = through
            rest &= rest &- 1
        }
        return count
    }

    /// Counts line by line up to the limit.
    private func walk(
        _ feeds: UInt64, _ marks: UInt64, _ isRecord: Bool, at offset: Int, _ limit: Int, _ found: inout Boundary
    ) {
        var rest = feeds
        var before: UInt64 = 0
        var begun = isRecord
        while rest != 0, found.records < limit {
            let through = rest ^ (rest &- 1)
            if begun || marks & through & ~before != 0 { found.records += 1 }
            found.lines += 1
            found.offset = offset + rest.trailingZeroBitCount + 1
            begun = false
            before = through
            rest &= rest &- 1
        }
    }
}

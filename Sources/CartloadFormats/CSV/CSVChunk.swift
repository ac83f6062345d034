// SPDX-License-Identifier: Apache-2.0

internal import CByteScan

/// What 64 bytes of CSV are, one bit for each byte.
struct CSVChunk {
    /// Delimiters outside quotes.
    var separators: UInt64
    /// Last bytes of records: line feeds, and carriage returns that none follows, outside quotes.
    var ends: UInt64
    /// Something in a quoted cell that is not taken as it is: a doubled quote's second half, an escape, a stray quote.
    var escapes: UInt64
    /// Bytes outside ASCII.
    var high: UInt64
    /// Last bytes of physical lines, within quotes too.
    var lineEnds: UInt64
    /// Carriage returns that a line feed follows.
    var pairedReturns: UInt64
}

/// Goes through CSV 64 bytes at a time.
///
/// A byte is within quotes when an odd number of quotes stands before it, which one prefix sum tells for 64 bytes. That
/// is so as long as quotes open only at the beginning of cells; a chunk where one does not goes byte by byte.
struct CSVChunkScanner {
    private let dialect: CSVDialect
    /// All ones when the next chunk begins within quotes.
    private(set) var inQuotes: UInt64 = 0
    private var atStart: UInt64 = 1
    private var afterClose: UInt64 = 0
    private var afterQuote: UInt64 = 0
    private var isEscaped = false
    /// Whether a quote stood where none may.
    private(set) var hasStray = false

    init(_ dialect: CSVDialect) { self.dialect = dialect }

    /// Looks at the next 64 bytes, of which `available` count.
    @inline(__always)
    mutating func next(_ bytes: UnsafePointer<UInt8>, available: Int) -> CSVChunk {
        let masks = cl_scan_cells(bytes, dialect.quote, dialect.delimiter)
        let valid = available < 64 ? (1 << UInt64(available)) &- 1 : ~0 as UInt64
        let feeds = masks.feeds & valid
        let returns = masks.returns & valid
        var lineEnds = feeds
        var paired: UInt64 = 0
        if returns != 0 {
            let followed = feeds >> 1 | (available > 64 && bytes[64] == 10 ? 1 << 63 : 0)
            paired = returns & followed
            lineEnds |= returns & ~followed
        }
        var chunk = CSVChunk(
            separators: masks.delimiters & valid, ends: lineEnds, escapes: 0, high: masks.high & valid,
            lineEnds: lineEnds, pairedReturns: paired)
        let quotes = dialect.hasQuotes ? masks.quotes & valid : 0
        if dialect.escape != nil {
            walk(bytes, min(available, 64), &chunk)
            return chunk
        }
        if quotes == 0 {
            chunk.separators &= ~inQuotes
            chunk.ends &= ~inQuotes
            atStart = (chunk.separators | chunk.ends) >> 63
            afterClose = 0
            afterQuote = 0
            return chunk
        }
        var within = quotes
        within ^= within << 1
        within ^= within << 2
        within ^= within << 4
        within ^= within << 8
        within ^= within << 16
        within ^= within << 32
        within ^= inQuotes
        let separators = chunk.separators & ~within
        let ends = chunk.ends & ~within
        let closing = quotes & ~within
        let mayOpen = (separators | ends | closing) << 1 | atStart | afterClose
        if quotes & within & ~mayOpen != 0 {
            walk(bytes, min(available, 64), &chunk)
            afterQuote = quotes >> 63
            return chunk
        }
        chunk.separators = separators
        chunk.ends = ends
        chunk.escapes = quotes & (quotes << 1 | afterQuote)
        inQuotes = UInt64(bitPattern: Int64(bitPattern: within) >> 63)
        atStart = (separators | ends) >> 63
        afterClose = closing >> 63
        afterQuote = quotes >> 63
        return chunk
    }

    /// The same byte by byte, for quotes in the middle of cells and for escapes.
    @inline(never)
    private mutating func walk(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ chunk: inout CSVChunk) {
        var separators: UInt64 = 0
        var ends: UInt64 = 0
        var quoted = inQuotes != 0
        var start = atStart != 0
        var closed = afterClose != 0
        for index in 0..<count {
            let byte = bytes[index]
            let bit: UInt64 = 1 << UInt64(index)
            if quoted {
                if isEscaped {
                    isEscaped = false
                } else if byte == dialect.escape {
                    isEscaped = true
                    chunk.escapes |= bit
                } else if byte == dialect.quote {
                    quoted = false
                    closed = true
                }
                continue
            }
            if dialect.hasQuotes, byte == dialect.quote {
                if start || closed {
                    quoted = true
                } else {
                    hasStray = true
                }
                if !start { chunk.escapes |= bit }
                start = false
                closed = false
                continue
            }
            closed = false
            start = true
            if byte == dialect.delimiter {
                separators |= bit
            } else if chunk.lineEnds & bit != 0 {
                ends |= bit
            } else {
                start = false
            }
        }
        chunk.separators = separators
        chunk.ends = ends
        inQuotes = quoted ? ~0 : 0
        atStart = start ? 1 : 0
        afterClose = closed ? 1 : 0
    }
}

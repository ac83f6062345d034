// SPDX-License-Identifier: Apache-2.0

/// Where the content of one cell is in its block, without its quotes.
struct CSVCell: BitwiseCopyable {
    private var startBits: UInt32
    private var endBits: UInt32
    private static let flag: UInt32 = 1 << 31

    /// - Parameters:
    ///   - isQuoted: Whether it stood in quotes, so that it is never null.
    ///   - isEscaped: Whether its content has quotes that are written twice, or escapes.
    @inline(__always)
    init(start: Int, end: Int, isQuoted: Bool, isEscaped: Bool) {
        startBits = UInt32(truncatingIfNeeded: start) | (isEscaped ? CSVCell.flag : 0)
        endBits = UInt32(truncatingIfNeeded: end) | (isQuoted ? CSVCell.flag : 0)
    }

    /// A cell that a short record lacks: always null.
    static let missing = CSVCell(start: 0x7fff_ffff, end: 0x7fff_ffff, isQuoted: false, isEscaped: false)

    @inline(__always) var start: Int { Int(startBits & ~CSVCell.flag) }
    @inline(__always) var end: Int { Int(endBits & ~CSVCell.flag) }
    @inline(__always) var count: Int { end - start }
    @inline(__always) var isQuoted: Bool { endBits & CSVCell.flag != 0 }
    @inline(__always) var isEscaped: Bool { startBits & CSVCell.flag != 0 }
    @inline(__always) var isMissing: Bool { startBits == 0x7fff_ffff }
}

/// One record of a block.
struct CSVRow: BitwiseCopyable {
    var start: UInt32
    /// Without the line end.
    var end: UInt32
    /// Its number in the block, rejected ones counted.
    var ordinal: UInt32
}

// SPDX-License-Identifier: Apache-2.0

internal import CByteScan
internal import CartloadCore

extension CSVColumnReader {
    /// A column of texts, quotes undoubled.
    func text(_ index: Int, _ type: FieldType) -> Column {
        var total = 0
        for row in 0..<rowCount { total &+= cell(row, index).count }
        var validity = ValidityWriter(rowCount)
        var bytes = BytesBuilder(capacity: total)
        let offsets = Buffer<Int32>(count: rowCount + 1) { offsets in
            let start = bytes.end
            var out = start
            for row in 0..<rowCount {
                offsets[row] = Int32(truncatingIfNeeded: out - start)
                let cell = cell(row, index)
                if isNull(cell) {
                    validity.clear(row)
                } else if cell.isEscaped {
                    out = unescape(cell, out)
                } else {
                    copy(base + cell.start, cell.count, out)
                    out += cell.count
                }
            }
            offsets[rowCount] = Int32(truncatingIfNeeded: out - start)
            bytes.advance(out - start)
        }
        return Column(
            type: type, values: .text(TextBuffer(offsets: offsets, bytes: bytes.finish())),
            validity: validity.finish(), count: rowCount)
    }

    /// Copies up to 64 bytes at once: both sides have that much room past their end (`Bytes.padding`).
    @inline(__always)
    private func copy(_ from: UnsafePointer<UInt8>, _ count: Int, _ to: UnsafeMutablePointer<UInt8>) {
        let source = UnsafeRawPointer(from)
        let target = UnsafeMutableRawPointer(to)
        if count <= 32 {
            target.storeBytes(of: source.loadUnaligned(as: SIMD32<UInt8>.self), as: SIMD32<UInt8>.self)
        } else {
            target.copyMemory(from: source, byteCount: count)
        }
    }

    /// Copies a cell without the first of two quotes, or without escapes; returns the end.
    private func unescape(_ cell: CSVCell, _ target: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        var out = target
        var from = base + cell.start
        let end = base + cell.end
        if let escape = dialect.escape {
            while from < end {
                if from[0] == escape || from[0] == dialect.quote, from + 1 < end { from += 1 }
                out[0] = from[0]
                out += 1
                from += 1
            }
            return out
        }
        while from < end {
            let left = end - from
            var quotes = cl_scan_byte(from, dialect.quote)
            if left < 64 { quotes &= (1 << UInt64(left)) &- 1 }
            var done = 0
            while quotes != 0 {
                let bit = quotes.trailingZeroBitCount
                let count = bit + 1 - done
                copy(from + done, count, out)
                out += count
                done = bit + 2
                quotes &= ~(3 << UInt64(bit))
            }
            let rest = min(64, left) - done
            if rest > 0 {
                copy(from + done, rest, out)
                out += rest
            }
            from += max(done, min(64, left))
        }
        return out
    }

    /// A column of texts of certain kinds.
    func checked(_ index: Int, _ type: FieldType, _ kinds: CellKinds, limit: Int, _ misfits: inout [Int]) -> Column? {
        let isTime = kinds.isSubset(of: .times)
        for row in 0..<rowCount {
            let cell = cell(row, index)
            if isNull(cell) { continue }
            let kind = isTime ? TimeText.kind(content(cell)) : CellKinds.kind(of: content(cell))
            if kind.isSubset(of: kinds) { continue }
            misfits.append(row)
            if misfits.count >= limit { return nil }
        }
        return text(index, type)
    }

    /// The same for types that cannot fail as a whole.
    func checked(_ index: Int, _ type: FieldType, _ kinds: CellKinds, limit: Int, _ misfits: inout [Int]) -> Column {
        let column: Column? = checked(index, type, kinds, limit: limit, &misfits)
        return column ?? text(index, type)
    }

    /// A column of JSON texts, each checked.
    func json(_ index: Int, _ type: FieldType, _ misfits: inout [Int]) -> Column {
        let column = text(index, type)
        guard case .text(let buffer) = column.values else { return column }
        for row in 0..<rowCount where !column.isNull(row) {
            if (try? JSONValue(parsing: Bytes(copying: buffer.value(row)))) == nil { misfits.append(row) }
        }
        return column
    }
}

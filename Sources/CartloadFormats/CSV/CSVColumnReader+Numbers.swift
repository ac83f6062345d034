// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension CSVColumnReader {
    /// A column without values.
    func nulls(_ index: Int, _ limit: Int, _ misfits: inout [Int]) -> Column? {
        for row in 0..<rowCount where !isNull(cell(row, index)) {
            misfits.append(row)
            if misfits.count >= limit { return nil }
        }
        return .nulls(count: rowCount)
    }

    func integers(_ index: Int, limit: Int, _ misfits: inout [Int]) -> Column? {
        var validity = ValidityWriter(rowCount)
        let buffer = Buffer<Int64>(count: rowCount) { values in
            for row in 0..<rowCount {
                let cell = cell(row, index)
                let count = cell.count
                let text = base + cell.start
                // Up to 18 digits without sign or leading zero, which nearly all are.
                if count > 0, count <= 18, text[0] &- 49 < 9, !cell.isEscaped {
                    var value: UInt64 = 0
                    var position = 0
                    while position < count {
                        let digit = text[position] &- 48
                        if digit > 9 { break }
                        value = value &* 10 &+ UInt64(digit)
                        position += 1
                    }
                    if position == count, otherNulls.isEmpty || !isNull(cell) {
                        values[row] = Int64(bitPattern: value)
                        continue
                    }
                }
                values[row] = 0
                if isNull(cell) {
                    validity.clear(row)
                    continue
                }
                let number = NumberText(content(cell))
                if number.isValid, number.isWhole, let integer = number.integer {
                    values[row] = integer
                } else {
                    validity.clear(row)
                    misfits.append(row)
                    if misfits.count >= limit { return }
                }
            }
        }
        if misfits.count >= limit { return nil }
        return Column(type: .integer, values: .int64(buffer), validity: validity.finish(), count: rowCount)
    }

    /// - Parameter isExact: Whether a number that a Double does not keep every digit of is a misfit.
    func numbers(_ index: Int, isExact: Bool, _ limit: Int, _ misfits: inout [Int]) -> Column? {
        var validity = ValidityWriter(rowCount)
        let buffer = Buffer<Double>(count: rowCount) { values in
            for row in 0..<rowCount {
                let cell = cell(row, index)
                values[row] = 0
                if isNull(cell) {
                    validity.clear(row)
                    continue
                }
                let number = NumberText(content(cell))
                if number.isSimple {
                    values[row] = number.simpleDouble
                } else if number.isValid, !isExact || fits(number), number.double.isFinite {
                    values[row] = number.double
                } else {
                    validity.clear(row)
                    misfits.append(row)
                    if misfits.count >= limit { return }
                }
            }
        }
        if misfits.count >= limit { return nil }
        return Column(type: .number, values: .float64(buffer), validity: validity.finish(), count: rowCount)
    }

    @inline(__always)
    private func fits(_ number: NumberText) -> Bool {
        number.isWhole ? number.kind == .smallInteger : number.keepsDigits
    }

    func booleans(_ index: Int, _ limit: Int, _ misfits: inout [Int]) -> Column? {
        var validity = ValidityWriter(rowCount)
        var values = ValidityWriter(rowCount)
        for row in 0..<rowCount {
            let cell = cell(row, index)
            if let value = BooleanText.value(content(cell)), otherNulls.isEmpty || !isNull(cell) {
                if !value { values.clear(row) }
                continue
            }
            values.clear(row)
            validity.clear(row)
            if isNull(cell) { continue }
            misfits.append(row)
            if misfits.count >= limit { return nil }
        }
        return Column(
            type: .boolean, values: .boolean(values.finishAll()), validity: validity.finish(), count: rowCount)
    }
}

/// One bit for each row, all set at first.
struct ValidityWriter: ~Copyable {
    private var bytes: BytesBuilder
    private let count: Int
    private var cleared = 0

    init(_ count: Int) {
        self.count = count
        let size = (count + 7) / 8
        bytes = BytesBuilder(capacity: size)
        bytes.end.initialize(repeating: 0xff, count: size)
        bytes.advance(size)
    }

    @inline(__always)
    mutating func clear(_ row: Int) {
        let byte = (bytes.base + (row >> 3)).assumingMemoryBound(to: UInt8.self)
        byte.pointee &= ~(1 << UInt8(truncatingIfNeeded: row & 7))
        cleared &+= 1
    }

    /// The bits, or nil when all are set.
    consuming func finish() -> Bitmap? { cleared == 0 ? nil : finishAll() }

    consuming func finishAll() -> Bitmap {
        let count = count
        return Bitmap(bytes: bytes.finish(), count: count)
    }
}

// SPDX-License-Identifier: Apache-2.0

extension Columns {
    /// The chosen rows as columns of their own.
    public func selecting(_ selection: Selection) -> Columns {
        if case .range(let range) = selection, range == 0..<count { return self }
        return Columns(
            schema: schema, columns: columns.map { $0.selecting(selection) }, count: selection.count)
    }
}

extension Column {
    /// The values of the chosen rows.
    public func selecting(_ selection: Selection) -> Column {
        switch selection {
        case .range(let range):
            if range == 0..<count { return self }
            return Column(
                type: type, values: values.slice(range), validity: validity?.slice(range), count: range.count)
        case .rows(let rows):
            return rows.withUnsafeBufferPointer { gather($0) }
        }
    }

    /// The values of rows in any order; a negative row gives a null.
    package func gather(_ rows: UnsafeBufferPointer<Int32>) -> Column {
        let outside = rows.contains { $0 < 0 }
        for row in rows { precondition(row < Int32(truncatingIfNeeded: count), "row \(row) is outside 0..<\(count)") }
        var validity = self.validity?.gather(rows)
        if outside, self.validity == nil { validity = Bitmap(rows.map { $0 >= 0 }) }
        return Column(type: type, values: values.gather(rows), validity: validity, count: rows.count)
    }
}

extension Column.Values {
    func slice(_ range: Range<Int>) -> Column.Values {
        switch self {
        case .null: .null
        case .boolean(let bits): .boolean(bits.slice(range))
        case .int64(let buffer): .int64(buffer.slice(range))
        case .float64(let buffer): .float64(buffer.slice(range))
        case .text(let text):
            // Offsets need not begin at zero, so the text itself is shared.
            .text(TextBuffer(offsets: text.offsets.slice(range.lowerBound..<range.upperBound + 1), bytes: text.bytes))
        }
    }

    func gather(_ rows: UnsafeBufferPointer<Int32>) -> Column.Values {
        switch self {
        case .null: .null
        case .boolean(let bits): .boolean(bits.gather(rows))
        case .int64(let buffer): .int64(buffer.gather(rows, missing: 0))
        case .float64(let buffer): .float64(buffer.gather(rows, missing: 0))
        case .text(let text): .text(text.gather(rows))
        }
    }
}

extension Buffer {
    /// A part of the elements, sharing their bytes.
    func slice(_ range: Range<Int>) -> Buffer {
        let stride = MemoryLayout<Element>.stride
        return Buffer(bytes: bytes[range.lowerBound * stride..<range.upperBound * stride])
    }

    func gather(_ rows: UnsafeBufferPointer<Int32>, missing: Element) -> Buffer {
        let source = pointer
        return Buffer(count: rows.count) { target in
            for (position, row) in rows.enumerated() { target[position] = row < 0 ? missing : source[Int(row)] }
        }
    }
}

extension Bitmap {
    func slice(_ range: Range<Int>) -> Bitmap {
        let start = range.lowerBound
        if start & 7 == 0 {
            return Bitmap(bytes: bytes[start >> 3..<(range.upperBound + 7) >> 3], count: range.count)
        }
        return packed(count: range.count) { Bitmap.isSet(pointer, start + $0) }
    }

    func gather(_ rows: UnsafeBufferPointer<Int32>) -> Bitmap {
        packed(count: rows.count) { rows[$0] >= 0 && Bitmap.isSet(pointer, Int(rows[$0])) }
    }

    @inline(__always)
    private func packed(count: Int, _ bit: (Int) -> Bool) -> Bitmap {
        var packed = BytesBuilder(capacity: (count + 7) / 8)
        packed.zeroFill(to: (count + 7) / 8)
        let target = packed.base.assumingMemoryBound(to: UInt8.self)
        for index in 0..<count where bit(index) { target[index >> 3] |= 1 << UInt8(index & 7) }
        return Bitmap(bytes: packed.finish(), count: count)
    }
}

extension TextBuffer {
    func gather(_ rows: UnsafeBufferPointer<Int32>) -> TextBuffer {
        let source = offsets.pointer
        var total = 0
        let offsets = Buffer<Int32>(count: rows.count + 1) { target in
            target[0] = 0
            for (position, row) in rows.enumerated() {
                if row >= 0 { total += Int(source[Int(row) + 1] - source[Int(row)]) }
                precondition(total <= Int(Int32.max), "a text column is limited to 2 GiB")
                target[position + 1] = Int32(total)
            }
        }
        var text = BytesBuilder(capacity: total)
        for row in rows where row >= 0 { text.append(value(Int(row))) }
        return TextBuffer(offsets: offsets, bytes: text.finish())
    }
}

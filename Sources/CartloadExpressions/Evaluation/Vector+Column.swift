// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Vector {
    /// The values of a column; timestamps and dates that are still text are read when they are used, not here.
    init(_ column: Column) {
        let payload: Payload
        switch column.values {
        case .null:
            self = Vector.null(.null)
            return
        case .boolean(let bitmap): payload = .flags(Vector.expand(bitmap))
        case .int64(let buffer): payload = .integers(buffer)
        case .float64(let buffer): payload = .numbers(buffer)
        case .text(let text): payload = .text(text)
        }
        self.init(ValueType.held(column), payload, validity: column.validity.map(Vector.expand), count: column.count)
    }

    /// A byte for each bit.
    static func expand(_ bitmap: Bitmap) -> Buffer<UInt8> {
        let bits = bitmap.pointer
        return Buffer(count: bitmap.count) { bytes in
            let raw = UnsafeMutableRawPointer(bytes)
            let whole = bitmap.count >> 3
            for index in 0..<whole {
                // Spread the byte over eight, keep one bit in each, and turn every bit into a 1.
                let spread = (UInt64(bits[index]) &* 0x0101_0101_0101_0101) & 0x8040_2010_0804_0201
                let ones = ((spread &+ 0x7f7f_7f7f_7f7f_7f7f) >> 7) & 0x0101_0101_0101_0101
                raw.storeBytes(of: ones.littleEndian, toByteOffset: index << 3, as: UInt64.self)
            }
            for index in (whole << 3)..<bitmap.count { bytes[index] = Bitmap.isSet(bits, index) ? 1 : 0 }
        }
    }

    /// A bit for each byte, which must be 0 or 1.
    static func pack(_ flags: UnsafePointer<UInt8>, _ count: Int) -> Bitmap {
        var builder = BytesBuilder(capacity: (count + 7) / 8)
        let raw = UnsafeRawPointer(flags)
        let whole = count >> 3
        let end = builder.end
        for index in 0..<whole {
            let eight = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index << 3, as: UInt64.self))
            end[index] = UInt8(truncatingIfNeeded: (eight &* 0x0102_0408_1020_4080) >> 56)
        }
        if count & 7 != 0 {
            var last: UInt8 = 0
            for index in (whole << 3)..<count where flags[index] != 0 { last |= 1 << UInt8(index & 7) }
            end[whole] = last
        }
        builder.advance((count + 7) / 8)
        return Bitmap(bytes: builder.finish(), count: count)
    }

    /// The column for a batch of `count` rows.
    func column(count: Int) -> Column {
        guard type.layout != .none else { return .nulls(.null, count: count) }
        if isNullConstant { return .nulls(type.fieldType, count: count) }
        let full = isConstant ? broadcast(count) : self
        let values: Column.Values
        switch full.payload {
        case .none: values = .null
        case .flags(let buffer): values = .boolean(Vector.pack(buffer.pointer, count))
        case .integers(let buffer): values = .int64(buffer)
        case .numbers(let buffer): values = .float64(buffer)
        case .text(let text): values = .text(text)
        }
        let validity = full.validity.flatMap { buffer -> Bitmap? in
            let bitmap = Vector.pack(buffer.pointer, count)
            return bitmap.populationCount == count ? nil : bitmap
        }
        return Column(type: type.fieldType, values: values, validity: validity, count: count)
    }

    /// The one value repeated.
    func broadcast(_ count: Int) -> Vector {
        guard isConstant else { return self }
        let payload: Payload
        switch self.payload {
        case .none: payload = .none
        case .flags(let one): payload = .flags(Buffer(count: count) { $0.update(repeating: one[0], count: count) })
        case .integers(let one):
            payload = .integers(Buffer(count: count) { $0.update(repeating: one[0], count: count) })
        case .numbers(let one): payload = .numbers(Buffer(count: count) { $0.update(repeating: one[0], count: count) })
        case .text(let one):
            var builder = TextBuilder(capacity: count, byteCapacity: one.bytes.count * count)
            for _ in 0..<count { builder.append(one.value(0)) }
            payload = .text(builder.finish())
        }
        let validity = self.validity.map { one in
            Buffer<UInt8>(count: count) { $0.update(repeating: one[0], count: count) }
        }
        var vector = Vector(type, payload, validity: validity, count: count)
        vector.errors = errors.isEmpty ? [] : (0..<count).map { RowError(row: $0, message: errors[0].message) }
        return vector
    }
}

extension Vector {
    /// The rows in which a condition is true, ascending; nil when it is true in all.
    func trueRows(count: Int) -> [Int32]? {
        if isConstant { return isValid(0) && flags[0] != 0 ? nil : [] }
        let flags = flags
        let valid = validity?.pointer
        let rows = [Int32](unsafeUninitializedCapacity: count) { target, found in
            var next = 0
            guard let base = target.baseAddress else { return }
            // Every row is written, and kept by moving on: no branch to predict.
            if let valid {
                for row in 0..<count {
                    base[next] = Int32(truncatingIfNeeded: row)
                    next += Int(flags[row] & valid[row])
                }
            } else {
                for row in 0..<count {
                    base[next] = Int32(truncatingIfNeeded: row)
                    next += Int(flags[row])
                }
            }
            found = next
        }
        return rows.count == count ? nil : rows
    }
}

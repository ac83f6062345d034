// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// A column in another type, and the rows whose values do not fit it.
package struct CastColumn: Sendable {
    package var column: Column
    /// Ascending; these rows are null in the column.
    package var failures: [Int]
}

extension Column {
    /// The values as another type; values that it cannot hold exactly become null and are listed.
    package func cast(to target: FieldType) -> CastColumn {
        if target == .null || target == type { return CastColumn(column: self, failures: []) }
        if case .null = values { return CastColumn(column: .nulls(target, count: count), failures: []) }
        switch target {
        case .boolean: return booleans(target)
        case .integer: return integers(target)
        case .number: return numbers(target)
        case .decimal: return decimals(target)
        case .timestamp, .date, .time: return moments(target)
        case .json: return json(target)
        case .object, .array: return nested(target)
        case .string, .binary, .null: return text(target)
        }
    }

    private func retyped(_ target: FieldType) -> CastColumn {
        CastColumn(
            column: Column(type: target, values: values, validity: validity, count: count), failures: [])
    }

    private func allFail(_ target: FieldType) -> CastColumn {
        CastColumn(column: .nulls(target, count: count), failures: (0..<count).filter { !isNull($0) })
    }

    /// Fills a column whose cells may fail.
    private func filled(
        _ target: FieldType, _ values: Values, failures: [Int]
    ) -> CastColumn {
        var validity = validity
        if !failures.isEmpty {
            var present = (0..<count).map { !isNull($0) }
            for row in failures { present[row] = false }
            validity = Bitmap(present)
        }
        return CastColumn(
            column: Column(type: target, values: values, validity: validity, count: count), failures: failures)
    }

    private func booleans(_ target: FieldType) -> CastColumn {
        switch values {
        case .boolean: return retyped(target)
        case .text(let text) where !type.isNumeric:
            var failures: [Int] = []
            var bits = BitmapBuilder(capacity: count)
            for row in 0..<count {
                var bit = false
                if !isNull(row) {
                    if text.isWord("true", row) {
                        bit = true
                    } else if !text.isWord("false", row) {
                        failures.append(row)
                    }
                }
                bits.append(bit)
            }
            return filled(target, .boolean(bits.finish()), failures: failures)
        default: return allFail(target)
        }
    }

    private func integers(_ target: FieldType) -> CastColumn {
        switch values {
        case .int64 where type == .integer || type == .number: return retyped(target)
        case .float64(let numbers):
            var failures: [Int] = []
            let whole = Buffer<Int64>(count: count) { whole in
                for row in 0..<count {
                    whole[row] = 0
                    if isNull(row) { continue }
                    if let value = Int64(exactly: numbers.pointer[row]) {
                        whole[row] = value
                    } else {
                        failures.append(row)
                    }
                }
            }
            return filled(target, .int64(whole), failures: failures)
        case .text(let text) where !type.isTemporal:
            var failures: [Int] = []
            var isWide = false
            let whole = Buffer<Int64>(count: count) { whole in
                for row in 0..<count {
                    whole[row] = 0
                    if isNull(row) { continue }
                    let digits = text.value(row)
                    switch cl_json_parse_int64(digits.bytes, digits.count, &whole[row]) {
                    case 1: break
                    case 2: isWide = true
                    default:
                        // `1.0` is a whole number too.
                        var real = 0.0
                        guard cl_json_parse_double(digits.bytes, digits.count, &real) != 0,
                            real.magnitude <= 9_007_199_254_740_992, let value = Int64(exactly: real)
                        else {
                            failures.append(row)
                            continue
                        }
                        whole[row] = value
                    }
                }
            }
            if isWide { return wideIntegers(target, text, failures: failures) }
            return filled(target, .int64(whole), failures: failures)
        default: return allFail(target)
        }
    }

    /// Whole numbers of which one is wider than 64 bits keep their digits.
    private func wideIntegers(_ target: FieldType, _ text: TextBuffer, failures: [Int]) -> CastColumn {
        var builder = TextBuilder(capacity: count, byteCapacity: text.bytes.count)
        for row in 0..<count {
            let digits = text.value(row)
            var value: Int64 = 0
            var real = 0.0
            if !isNull(row), cl_json_parse_int64(digits.bytes, digits.count, &value) == 0,
                cl_json_parse_double(digits.bytes, digits.count, &real) != 0, let whole = Int64(exactly: real)
            {
                builder.append(String(whole))
            } else {
                builder.append(digits)
            }
        }
        return filled(target, .text(builder.finish()), failures: failures)
    }

    private func numbers(_ target: FieldType) -> CastColumn {
        switch values {
        case .float64: return retyped(target)
        case .int64(let whole) where type == .integer:
            let numbers = Buffer<Double>(count: count) { numbers in
                for row in 0..<count { numbers[row] = Double(whole.pointer[row]) }
            }
            return filled(target, .float64(numbers), failures: [])
        case .text(let text) where !type.isTemporal:
            var failures: [Int] = []
            let numbers = Buffer<Double>(count: count) { numbers in
                for row in 0..<count {
                    numbers[row] = 0
                    if isNull(row) { continue }
                    let digits = text.value(row)
                    if cl_json_parse_double(digits.bytes, digits.count, &numbers[row]) == 0 { failures.append(row) }
                }
            }
            return filled(target, .float64(numbers), failures: failures)
        default: return allFail(target)
        }
    }

    private func decimals(_ target: FieldType) -> CastColumn {
        switch values {
        case .text(let text):
            if type.isNumeric { return retyped(target) }
            let failures = (0..<count).filter { row in
                let digits = text.value(row)
                return !isNull(row) && cl_json_is_number(digits.bytes, digits.count) == 0
            }
            return filled(target, values, failures: failures)
        case .int64 where type == .integer, .float64: return text(target)
        default: return allFail(target)
        }
    }

    private func moments(_ target: FieldType) -> CastColumn {
        switch (values, target) {
        case (.int64, .timestamp):
            if case .timestamp = type { return retyped(target) }
            return allFail(target)
        case (.text(let text), _):
            let form = Projection.Item.Form.typed(target).scannerForm
            let failures = (0..<count).filter { row in
                let value = text.value(row)
                return !isNull(row) && cl_json_has_form(value.bytes, value.count, Int32(form.rawValue)) == 0
            }
            return filled(target, values, failures: failures)
        default: return allFail(target)
        }
    }

    /// Every type has a text: what JSON would show, without the quotes.
    private func text(_ target: FieldType) -> CastColumn {
        if case .text = values { return retyped(target) }
        var builder = TextBuilder(capacity: count, byteCapacity: count * 8)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { scratch in
            guard let output = scratch.baseAddress else { return }
            let encoding = jsonEncoding
            for row in 0..<count {
                var written = 0
                if !isNull(row) {
                    switch values {
                    case .boolean(let bits): builder.bytes.append(bits[row] ? "true" : "false")
                    case .int64(let whole):
                        if encoding == CL_JSON_WRITE_INTEGER {
                            builder.bytes.append(String(whole.pointer[row]))
                        } else {
                            written = cl_json_format_moment(whole.pointer[row], Int32(encoding.rawValue), output)
                        }
                    case .float64(let numbers): written = cl_json_format_double(numbers.pointer[row], output)
                    case .null, .text: break
                    }
                    builder.bytes.append(UnsafeRawBufferPointer(start: output, count: written))
                }
                builder.endValue()
            }
        }
        return filled(target, .text(builder.finish()), failures: [])
    }

    private func json(_ target: FieldType) -> CastColumn {
        if type.isNested { return retyped(target) }
        var builder = TextBuilder(capacity: count, byteCapacity: count * 8)
        let source = text(.string).column
        guard case .text(let text) = source.values else { return retyped(target) }
        let isQuoted: Bool
        switch values {
        case .boolean, .float64: isQuoted = false
        case .int64: isQuoted = jsonEncoding != CL_JSON_WRITE_INTEGER
        default: isQuoted = !type.isNumeric
        }
        for row in 0..<count {
            let value = text.value(row)
            if isNull(row) {
                builder.appendEmpty()
            } else if !isQuoted {
                builder.append(value)
            } else {
                builder.bytes.reserve(value.count * 6 + 34)
                builder.bytes.advance(cl_json_write_string(value.bytes, value.count, 0, builder.bytes.end))
                builder.endValue()
            }
        }
        return filled(target, .text(builder.finish()), failures: [])
    }

    private func nested(_ target: FieldType) -> CastColumn {
        guard case .text(let text) = values, type.isNested else { return allFail(target) }
        var opening = UInt8(ascii: "{")
        if case .array = target { opening = UInt8(ascii: "[") }
        let failures = (0..<count).filter { !isNull($0) && text.value($0).first != opening }
        return filled(target, values, failures: failures)
    }
}

extension FieldType {
    var isTemporal: Bool {
        switch self {
        case .timestamp, .date, .time: true
        default: false
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes as C wants them.
    var bytes: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}

extension TextBuffer {
    /// Whether a value is a word, in letters of either case.
    fileprivate func isWord(_ word: StaticString, _ row: Int) -> Bool {
        let value = value(row)
        guard value.count == word.utf8CodeUnitCount else { return false }
        return value.indices.allSatisfy { value[$0] | 0x20 == word.utf8Start[$0] }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

extension Kernels {
    /// Converts values from one type to another, or nil when the types have nothing in common.
    static func cast(_ from: ValueType, _ to: ValueType, bits: Int? = nil) -> Kernel? {
        switch (from, to) {
        case let (from, to) where from == to && bits == nil: return { $0[0] }
        case (.json, .text): return unwrap
        case (.json, _):
            guard let inner = cast(.text, to, bits: bits) else { return nil }
            return { arguments in
                let text = unwrap(arguments)
                guard !text.isNullConstant else { return Vector.null(to).broadcast(arguments.count) }
                return inner(Arguments(vectors: [text], count: arguments.count, validity: text.validity))
            }
        case (_, .boolean): return boolean(from)
        case (_, .integer): return integer(from, bits: bits ?? 64)
        case (_, .number): return number(from)
        case (_, .text): return text(from)
        case (_, .decimal(let precision, let scale)): return decimal(from, precision ?? 38, scale ?? 0)
        case (.timestamp, .timestamp(let zoned)): return { $0[0].retyped(.timestamp(zoned: zoned)) }
        case (.timestamp, .date):
            return { convert($0, .date, $0[0].integers) { Calendar.day(ofMicroseconds: $0) } }
        case (.date, .timestamp): return midnight(to)
        case (.text, .date):
            return { moment($0, .date, "a date", Calendar.date) }
        case (.text, .timestamp(let zoned)):
            return { moment($0, to, "a date and time") { Calendar.timestamp($0, appliesOffset: zoned) } }
        default: return nil
        }
    }

    /// How messages show a value.
    static func quoted(_ text: UnsafeRawBufferPointer) -> String {
        let shown = UnsafeRawBufferPointer(rebasing: text.prefix(60))
        return "\"\(String(decoding: shown, as: UTF8.self))\(text.count > 60 ? "…" : "")\""
    }

    @inline(__always)
    private static func convert<Value>(
        _ arguments: Arguments, _ type: ValueType, _ source: UnsafePointer<Value>, _ body: (Value) -> Int64
    ) -> Vector {
        Vector(
            type, .integers(mapped(source, arguments.count, body)), validity: arguments.validity, count: arguments.count
        )
    }

    private static func moment(
        _ arguments: Arguments, _ type: ValueType, _ name: String, _ parse: (UnsafeRawBufferPointer) -> Int64?
    ) -> Vector {
        let text = arguments[0].text
        var failures: [RowError] = []
        let values = Buffer<Int64>(count: arguments.count) { target in
            for row in 0..<arguments.count {
                target[row] = 0
                guard arguments.isValid(row) else { continue }
                if let value = parse(text.value(row)) {
                    target[row] = value
                } else {
                    failures.append(RowError(row: row, message: "\(quoted(text.value(row))) is not \(name)"))
                }
            }
        }
        return Vector(type, .integers(values), validity: arguments.validity, count: arguments.count).failing(failures)
    }

    private static func boolean(_ from: ValueType) -> Kernel? {
        switch from {
        case .integer:
            return { arguments in
                let values = mapped(arguments[0].integers, arguments.count) { $0 != 0 ? UInt8(1) : 0 }
                return Vector(.boolean, .flags(values), validity: arguments.validity, count: arguments.count)
            }
        case .number:
            return { arguments in
                let values = mapped(arguments[0].numbers, arguments.count) { $0 != 0 ? UInt8(1) : 0 }
                return Vector(.boolean, .flags(values), validity: arguments.validity, count: arguments.count)
            }
        case .text, .decimal:
            return { arguments in
                let text = arguments[0].text
                var failures: [RowError] = []
                let values = Buffer<UInt8>(count: arguments.count) { target in
                    for row in 0..<arguments.count {
                        target[row] = 0
                        guard arguments.isValid(row) else { continue }
                        if from != .text {
                            target[row] = NumberText.double(text.value(row)) == 0 ? 0 : 1
                        } else if let value = truth(text.value(row)) {
                            target[row] = value ? 1 : 0
                        } else {
                            failures.append(RowError(row: row, message: "\(quoted(text.value(row))) is not a boolean"))
                        }
                    }
                }
                return Vector(.boolean, .flags(values), validity: arguments.validity, count: arguments.count)
                    .failing(failures)
            }
        default: return nil
        }
    }

    private static func truth(_ untrimmed: UnsafeRawBufferPointer) -> Bool? {
        let text = NumberText.trimmed(untrimmed)
        guard text.count <= 5 else { return nil }
        switch String(decoding: text, as: UTF8.self).lowercased() {
        case "true", "t", "1", "yes", "y": return true
        case "false", "f", "0", "no", "n": return false
        default: return nil
        }
    }

    private static func integer(_ from: ValueType, bits: Int) -> Kernel? {
        let limit = bits == 64 ? Int64.max : Int64(1) << Int64(bits - 1) - 1
        @Sendable func fits(_ value: Int64) -> Bool { value <= limit && value >= -limit - 1 }
        switch from {
        case .boolean:
            return { convert($0, .integer, $0[0].flags) { Int64($0) } }
        case .integer:
            return { arguments in
                let source = arguments[0].integers
                let failures = (0..<arguments.count).filter { arguments.isValid($0) && !fits(source[$0]) }.map {
                    RowError(row: $0, message: "\(source[$0]) does not fit in \(bits) bits")
                }
                return arguments[0].failing(failures)
            }
        case .number:
            return { arguments in
                let source = arguments[0].numbers
                var failures: [RowError] = []
                let values = Buffer<Int64>(count: arguments.count) { target in
                    for row in 0..<arguments.count {
                        // Half goes to the even neighbour, as DuckDB casts doubles.
                        let value = Int64(exactly: nearbyint(source[row]))
                        target[row] = value ?? 0
                        if value.map(fits) != true, arguments.isValid(row) {
                            failures.append(RowError(row: row, message: "\(source[row]) does not fit in \(bits) bits"))
                        }
                    }
                }
                return Vector(.integer, .integers(values), validity: arguments.validity, count: arguments.count)
                    .failing(failures)
            }
        case .text, .decimal:
            return { arguments in
                let text = arguments[0].text
                var failures: [RowError] = []
                let values = Buffer<Int64>(count: arguments.count) { target in
                    for row in 0..<arguments.count {
                        target[row] = 0
                        guard arguments.isValid(row) else { continue }
                        switch NumberText.integer(text.value(row)) {
                        case .value(let value) where fits(value): target[row] = value
                        case .notNumber:
                            failures.append(
                                RowError(row: row, message: "\(quoted(text.value(row))) is not a whole number"))
                        case .value, .outOfRange:
                            failures.append(
                                RowError(row: row, message: "\(quoted(text.value(row))) does not fit in \(bits) bits"))
                        }
                    }
                }
                return Vector(.integer, .integers(values), validity: arguments.validity, count: arguments.count)
                    .failing(failures)
            }
        default: return nil
        }
    }

    private static func number(_ from: ValueType) -> Kernel? {
        switch from {
        case .boolean:
            return { arguments in
                let values = mapped(arguments[0].flags, arguments.count) { Double($0) }
                return Vector(.number, .numbers(values), validity: arguments.validity, count: arguments.count)
            }
        case .integer:
            return { arguments in
                let values = mapped(arguments[0].integers, arguments.count) { Double($0) }
                return Vector(.number, .numbers(values), validity: arguments.validity, count: arguments.count)
            }
        case .text, .decimal:
            return { arguments in
                let text = arguments[0].text
                var failures: [RowError] = []
                let values = Buffer<Double>(count: arguments.count) { target in
                    for row in 0..<arguments.count {
                        target[row] = 0
                        guard arguments.isValid(row) else { continue }
                        if let value = NumberText.double(text.value(row)) {
                            target[row] = value
                        } else {
                            failures.append(RowError(row: row, message: "\(quoted(text.value(row))) is not a number"))
                        }
                    }
                }
                return Vector(.number, .numbers(values), validity: arguments.validity, count: arguments.count)
                    .failing(failures)
            }
        default: return nil
        }
    }

    private static func text(_ from: ValueType) -> Kernel {
        { arguments in
            let vector = arguments[0]
            if case .text(let text) = vector.payload {
                return Vector(.text, .text(text), validity: vector.validity, count: vector.count)
            }
            var sink = TextSink(count: arguments.count, byteCapacity: 12 * arguments.count)
            for row in 0..<arguments.count {
                if arguments.isValid(row) {
                    switch from {
                    case .boolean: sink.bytes.append(vector.flags[row] != 0 ? "true" : "false")
                    case .integer: NumberText.write(vector.integers[row], to: &sink.bytes)
                    case .number: NumberText.write(vector.numbers[row], to: &sink.bytes)
                    case .date: Calendar.write(date: vector.integers[row], to: &sink.bytes)
                    case .timestamp(let zoned):
                        Calendar.write(timestamp: vector.integers[row], zoned: zoned, to: &sink.bytes)
                    default: break
                    }
                }
                sink.end()
            }
            return sink.finish(.text, validity: arguments.validity)
        }
    }

    /// Decimals go through their text, so that no digit is lost on the way.
    private static func decimal(_ from: ValueType, _ precision: Int, _ scale: Int) -> Kernel? {
        guard from.isNumeric || from == .text || from == .boolean else { return nil }
        let result = ValueType.decimal(precision: precision, scale: scale)
        let toText = digits(from)
        return { arguments in
            let digits = toText(arguments).text
            var sink = TextSink(count: arguments.count, byteCapacity: digits.bytes.count)
            for row in 0..<arguments.count {
                guard arguments.isValid(row) else {
                    sink.end()
                    continue
                }
                let value = digits.value(row)
                if NumberText.write(decimal: value, precision: precision, scale: scale, to: &sink.bytes) {
                    sink.end()
                } else {
                    let isNumber = NumberText.parts(NumberText.trimmed(value)) != nil
                    sink.fail(
                        "\(quoted(value)) \(isNumber ? "does not fit in decimal(\(precision),\(scale))" : "is not a number")"
                    )
                }
            }
            return sink.finish(result, validity: arguments.validity)
        }
    }

    /// The digits of a number, a boolean or a text.
    private static func digits(_ from: ValueType) -> Kernel {
        guard from == .boolean else { return text(from) }
        let integers = text(.integer)
        return { arguments in
            let ones = convert(arguments, .integer, arguments[0].flags) { Int64($0) }
            return integers(Arguments(vectors: [ones], count: arguments.count, validity: arguments.validity))
        }
    }

    /// JSON values as text: strings without quotes and escapes, null as null, everything else as it is written.
    static let unwrap: Kernel = { arguments in
        let text = arguments[0].text
        var sink = TextSink(count: arguments.count, byteCapacity: text.bytes.count)
        var nulls: [Int] = []
        for row in 0..<arguments.count {
            let value = NumberText.trimmed(text.value(row))
            if value.first == UInt8(ascii: "\"") {
                JSONText.write(unescaped: value, to: &sink.bytes)
            } else if value.count == 4, value.first == UInt8(ascii: "n") {
                nulls.append(row)
            } else {
                sink.bytes.append(value)
            }
            sink.end()
        }
        var result = sink.finish(.text, validity: arguments.validity)
        guard !nulls.isEmpty else { return result }
        let count = result.count
        let before = result.validity
        result.validity = Buffer(count: count) { target in
            if let before {
                target.update(from: before.pointer, count: count)
            } else {
                target.update(repeating: 1, count: count)
            }
            for row in nulls { target[row] = 0 }
        }
        return result
    }

    /// TRY_CAST: failures become null.
    static func trying(_ kernel: @escaping Kernel) -> Kernel {
        { arguments in
            var result = kernel(arguments)
            result.errors = []
            return result
        }
    }
}

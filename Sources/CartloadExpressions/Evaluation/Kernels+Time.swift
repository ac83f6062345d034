// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Kernels {
    /// A part of a date or a moment, such as its year.
    static func part(_ part: Calendar.Part, of type: ValueType) -> Kernel {
        { arguments in
            let source = arguments[0].integers
            let values =
                type == .date
                ? mapped(source, arguments.count) { Calendar.value(of: part, days: $0, time: 0) }
                : mapped(source, arguments.count) { value in
                    let days = Calendar.day(ofMicroseconds: value)
                    return Calendar.value(of: part, days: days, time: value &- days &* Calendar.microsecondsPerDay)
                }
            return Vector(.integer, .integers(values), validity: arguments.validity, count: arguments.count)
        }
    }

    static func truncate(_ part: Calendar.Part, _ type: ValueType) -> Kernel {
        { arguments in
            let values = mapped(arguments[1].integers, arguments.count) { Calendar.truncated($0, to: part) }
            return Vector(type, .integers(values), validity: arguments.validity, count: arguments.count)
        }
    }

    static func difference(_ part: Calendar.Part) -> Kernel {
        { arguments in
            let (from, to) = (arguments[1], arguments[2])
            let values = mapped(from.integers, from.isConstant, to.integers, to.isConstant, arguments.count) {
                Calendar.difference(part, $0, $1)
            }
            return Vector(.integer, .integers(values), validity: arguments.validity, count: arguments.count)
        }
    }

    /// Seconds since 1970.
    static let epoch: Kernel = { arguments in
        let values = mapped(arguments[0].integers, arguments.count) { Double($0) / 1_000_000 }
        return Vector(.number, .numbers(values), validity: arguments.validity, count: arguments.count)
    }

    static let toTimestamp: Kernel = { arguments in
        let source = arguments[0].numbers
        var failures: [RowError] = []
        let values = Buffer<Int64>(count: arguments.count) { target in
            for row in 0..<arguments.count {
                let value = Int64(exactly: (source[row] * 1_000_000).rounded())
                target[row] = value ?? 0
                if value == nil, arguments.isValid(row) {
                    failures.append(RowError(row: row, message: "\(source[row]) seconds are out of range"))
                }
            }
        }
        return Vector(
            .timestamp(zoned: true), .integers(values), validity: arguments.validity, count: arguments.count
        ).failing(failures)
    }

    /// Dates moved by whole days, or the days between two; a date beyond 32 bits is an error of its row.
    static func days(_ operation: Syntax.Operator, result: ValueType) -> Kernel {
        { arguments in
            let (left, right) = (arguments[0], arguments[1])
            let values = mapped(left.integers, left.isConstant, right.integers, right.isConstant, arguments.count) {
                operation == .add ? $0 &+ $1 : $0 &- $1
            }
            let vector = Vector(result, .integers(values), validity: arguments.validity, count: arguments.count)
            guard result == .date else { return vector }
            let limit = Int64(Int32.max)
            var failures: [RowError] = []
            for row in 0..<arguments.count where arguments.isValid(row) {
                let sides = [left.integers[row & left.mask], right.integers[row & right.mask], values[row]]
                guard sides.contains(where: { $0 > limit || $0 < -limit }) else { continue }
                failures.append(RowError(row: row, message: "the date is out of range"))
            }
            return vector.failing(failures)
        }
    }

    /// Midnights of dates; those that microseconds cannot count are errors of their rows.
    static func midnight(_ type: ValueType) -> Kernel {
        { arguments in
            let source = arguments[0].integers
            let values = mapped(source, arguments.count) { $0 &* Calendar.microsecondsPerDay }
            var failures: [RowError] = []
            for row in 0..<arguments.count where arguments.isValid(row) {
                guard source[row].multipliedReportingOverflow(by: Calendar.microsecondsPerDay).overflow else {
                    continue
                }
                failures.append(RowError(row: row, message: "the date is out of range for a timestamp"))
            }
            return Vector(type, .integers(values), validity: arguments.validity, count: arguments.count)
                .failing(failures)
        }
    }
}

/// A strftime format, cut into its pieces once.
struct TimeFormat: Sendable {
    private enum Piece: Sendable {
        case literal([UInt8])
        case specifier(UInt8, isPadded: Bool)
    }

    private var pieces: [Piece] = []

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// - Throws: `BindFailure` on a specifier that does not exist.
    init(_ format: UnsafeRawBufferPointer) throws {
        var literal: [UInt8] = []
        var index = 0
        while index < format.count {
            guard format[index] == UInt8(ascii: "%") else {
                literal.append(format[index])
                index += 1
                continue
            }
            index += 1
            let isPadded = index >= format.count || format[index] != UInt8(ascii: "-")
            if !isPadded { index += 1 }
            guard index < format.count else { throw BindFailure(message: "the format ends with %") }
            let letter = format[index]
            index += 1
            if letter == UInt8(ascii: "%") {
                literal.append(letter)
                continue
            }
            let known = isPadded ? "YymdHIMSfgnpaAbBjuwUWVGzZ" : "ymdHIMSj"
            guard known.utf8.contains(letter) else {
                throw BindFailure(message: "the format has no %\(Character(Unicode.Scalar(letter)))")
            }
            if !literal.isEmpty { pieces.append(.literal(literal)) }
            literal = []
            pieces.append(.specifier(letter, isPadded: isPadded))
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
    }

    func write(_ value: Int64, to bytes: inout BytesBuilder) {
        let days = Calendar.day(ofMicroseconds: value)
        let time = value &- days &* Calendar.microsecondsPerDay
        let date = Calendar.day(days)
        func number(_ value: Int64, _ width: Int, _ isPadded: Bool) {
            Calendar.padded(value, isPadded ? width : 1, &bytes)
        }
        let hour = time / 3_600_000_000
        for piece in pieces {
            switch piece {
            case .literal(let literal): literal.withUnsafeBytes { bytes.append($0) }
            case .specifier(let letter, let isPadded):
                switch letter {
                case UInt8(ascii: "Y"):
                    if date.year < 0 { bytes.append(UInt8(ascii: "-")) }
                    number(abs(date.year), 4, true)
                case UInt8(ascii: "y"): number((date.year % 100 + 100) % 100, 2, isPadded)
                case UInt8(ascii: "m"): number(date.month, 2, isPadded)
                case UInt8(ascii: "d"): number(date.day, 2, isPadded)
                case UInt8(ascii: "H"): number(hour, 2, isPadded)
                case UInt8(ascii: "I"): number((hour + 11) % 12 + 1, 2, isPadded)
                case UInt8(ascii: "M"): number(time / 60_000_000 % 60, 2, isPadded)
                case UInt8(ascii: "S"): number(time / 1_000_000 % 60, 2, isPadded)
                case UInt8(ascii: "f"): number(time % 1_000_000, 6, true)
                case UInt8(ascii: "g"): number(time % 1_000_000 / 1000, 3, true)
                case UInt8(ascii: "n"): number(time % 1_000_000 * 1000, 9, true)
                case UInt8(ascii: "p"): bytes.append(hour < 12 ? "AM" : "PM")
                case UInt8(ascii: "a"): bytes.append(String(TimeFormat.weekday(days).prefix(3)))
                case UInt8(ascii: "A"): bytes.append(TimeFormat.weekday(days))
                case UInt8(ascii: "b"): bytes.append(String(TimeFormat.months[Int(date.month) - 1].prefix(3)))
                case UInt8(ascii: "B"): bytes.append(TimeFormat.months[Int(date.month) - 1])
                case UInt8(ascii: "j"): number(TimeFormat.dayOfYear(days, date), 3, isPadded)
                case UInt8(ascii: "u"): number(Calendar.isoWeekday(days), 1, true)
                case UInt8(ascii: "w"): number(Calendar.isoWeekday(days) % 7, 1, true)
                case UInt8(ascii: "U"):
                    number((TimeFormat.dayOfYear(days, date) + 6 - Calendar.isoWeekday(days) % 7) / 7, 2, true)
                case UInt8(ascii: "W"):
                    number((TimeFormat.dayOfYear(days, date) + 7 - Calendar.isoWeekday(days)) / 7, 2, true)
                case UInt8(ascii: "V"): number(Calendar.isoWeek(days).week, 2, true)
                case UInt8(ascii: "G"): number(Calendar.isoWeek(days).year, 4, true)
                case UInt8(ascii: "z"): bytes.append("+00")
                default: break  // %Z: moments have no zone name
                }
            }
        }
    }

    private static func weekday(_ days: Int64) -> String { weekdays[Int(Calendar.isoWeekday(days) % 7)] }

    private static func dayOfYear(_ days: Int64, _ date: Calendar.Day) -> Int64 {
        days &- Calendar.days(date.year, 1, 1) &+ 1
    }

    /// strftime of the argument at a place.
    func kernel(argument: Int) -> Kernel {
        { arguments in
            let source = arguments[argument]
            var sink = TextSink(count: arguments.count, byteCapacity: 24 * arguments.count)
            for row in 0..<arguments.count {
                if arguments.isValid(row) { write(source.integers[row & source.mask], to: &sink.bytes) }
                sink.end()
            }
            return sink.finish(.text, validity: arguments.validity)
        }
    }
}

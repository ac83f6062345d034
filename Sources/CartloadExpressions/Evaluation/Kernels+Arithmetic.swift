// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

extension Kernels {
    /// `+ - *` of whole numbers; a result beyond 64 bits is an error of its row.
    static func integerArithmetic(_ operation: Syntax.Operator) -> Kernel {
        switch operation {
        case .add: { checked($0, "+") { $0.addingReportingOverflow($1) } }
        case .subtract: { checked($0, "-") { $0.subtractingReportingOverflow($1) } }
        default: { checked($0, "*") { $0.multipliedReportingOverflow(by: $1) } }
        }
    }

    @inline(__always)
    private static func checked(
        _ arguments: Arguments, _ sign: StaticString, _ body: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
    ) -> Vector {
        let (left, right) = (arguments[0], arguments[1])
        let (a, b) = (left.integers, right.integers)
        var hasOverflow = false
        let values = mapped(a, left.isConstant, b, right.isConstant, arguments.count) { one, other in
            let (value, overflow) = body(one, other)
            hasOverflow = hasOverflow || overflow
            return value
        }
        let result = Vector(.integer, .integers(values), validity: arguments.validity, count: arguments.count)
        guard hasOverflow else { return result }
        var failures: [RowError] = []
        for row in 0..<arguments.count where arguments.isValid(row) {
            let (one, other) = (a[row & left.mask], b[row & right.mask])
            if body(one, other).overflow {
                failures.append(RowError(row: row, message: "\(one) \(sign) \(other) is out of range"))
            }
        }
        return result.failing(failures)
    }

    /// `// %` of whole numbers: towards zero; dividing by zero is an error of its row.
    static func integerDivision(isRemainder: Bool) -> Kernel {
        { arguments in
            let (left, right) = (arguments[0], arguments[1])
            let (a, b) = (left.integers, right.integers)
            var failures: [RowError] = []
            let values = Buffer<Int64>(count: arguments.count) { target in
                for row in 0..<arguments.count {
                    let (one, other) = (a[row & left.mask], b[row & right.mask])
                    if other == 0 || (other == -1 && one == .min) {
                        target[row] = 0
                        if other == -1, isRemainder || !arguments.isValid(row) { continue }
                        guard arguments.isValid(row) else { continue }
                        let sign = isRemainder ? "%" : "//"
                        let problem = other == 0 ? "divides by zero" : "is out of range"
                        failures.append(RowError(row: row, message: "\(one) \(sign) \(other) \(problem)"))
                    } else {
                        target[row] = isRemainder ? one % other : one / other
                    }
                }
            }
            return Vector(.integer, .integers(values), validity: arguments.validity, count: arguments.count)
                .failing(failures)
        }
    }

    static func numberArithmetic(_ operation: Syntax.Operator) -> Kernel {
        switch operation {
        case .add: { binary($0, +) }
        case .subtract: { binary($0, -) }
        case .multiply: { binary($0, *) }
        case .remainder: { binary($0) { fmod($0, $1) } }
        case .integerDivide: numberIntegerDivision
        default: { binary($0, /) }
        }
    }

    /// `//` of doubles is `/`, but dividing by zero is an error of its row.
    private static let numberIntegerDivision: Kernel = { arguments in
        let result = binary(arguments, /)
        let divisor = arguments[1]
        var failures: [RowError] = []
        for row in 0..<arguments.count where divisor.numbers[row & divisor.mask] == 0 && arguments.isValid(row) {
            failures.append(
                RowError(row: row, message: "\(arguments[0].numbers[row & arguments[0].mask]) // 0 divides by zero"))
        }
        return result.failing(failures)
    }

    @inline(__always)
    static func binary(_ arguments: Arguments, _ body: (Double, Double) -> Double) -> Vector {
        let (left, right) = (arguments[0], arguments[1])
        let values = mapped(left.numbers, left.isConstant, right.numbers, right.isConstant, arguments.count, body)
        return Vector(.number, .numbers(values), validity: arguments.validity, count: arguments.count)
    }

    @inline(__always)
    static func unary(_ arguments: Arguments, _ body: (Double) -> Double) -> Vector {
        let values = mapped(arguments[0].numbers, arguments.count, body)
        return Vector(.number, .numbers(values), validity: arguments.validity, count: arguments.count)
    }

    /// Negation or absolute value of a whole number; that of the least one is an error of its row.
    static func integerSign(_ name: String, _ changes: @escaping @Sendable (Int64) -> Bool) -> Kernel {
        { arguments in
            let source = arguments[0].integers
            var failures: [RowError] = []
            let values = Buffer<Int64>(count: arguments.count) { target in
                for row in 0..<arguments.count { target[row] = changes(source[row]) ? 0 &- source[row] : source[row] }
            }
            for row in 0..<arguments.count where source[row] == .min && arguments.isValid(row) {
                failures.append(RowError(row: row, message: "\(name)(\(source[row])) is out of range"))
            }
            return Vector(.integer, .integers(values), validity: arguments.validity, count: arguments.count)
                .failing(failures)
        }
    }

    /// Rounds doubles half away from zero to a number of decimals.
    static let roundNumber: Kernel = { arguments in
        let (source, places) = (arguments[0], arguments[1])
        if places.isConstant, places.integers[0] >= 0, places.integers[0] <= 22 {
            let factor = pow(10, Double(places.integers[0]))
            return unary(arguments) { value in
                let rounded = Glibc.round(value * factor) / factor
                return rounded.isFinite ? rounded : value
            }
        }
        return Vector(
            .number,
            .numbers(
                Buffer(count: arguments.count) { target in
                    for row in 0..<arguments.count {
                        let value = source.numbers[row & source.mask]
                        target[row] = rounded(value, places.integers[row & places.mask])
                    }
                }), validity: arguments.validity, count: arguments.count)
    }

    private static func rounded(_ value: Double, _ places: Int64) -> Double {
        guard value.isFinite else { return value }
        if places < 0 {
            let factor = pow(10, Double(0 &- places))
            let rounded = Glibc.round(value / factor) * factor
            return rounded.isFinite ? rounded : 0
        }
        let factor = pow(10, Double(places))
        let rounded = Glibc.round(value * factor) / factor
        return rounded.isFinite ? rounded : value
    }

    /// Rounds whole numbers to tens, hundreds and so on.
    static let roundInteger: Kernel = { arguments in
        let (source, places) = (arguments[0], arguments[1])
        var failures: [RowError] = []
        let values = Buffer<Int64>(count: arguments.count) { target in
            for row in 0..<arguments.count {
                let value = source.integers[row & source.mask]
                let place = places.integers[row & places.mask]
                guard place < 0 else {
                    target[row] = value
                    continue
                }
                guard place > -19 else {
                    target[row] = 0
                    continue
                }
                var unit: Int64 = 1
                for _ in 0..<(0 - place) { unit *= 10 }
                let rest = value % unit
                let down = value - rest
                let isUp = rest.magnitude >= UInt64(unit) - rest.magnitude
                let (up, overflow) = down.addingReportingOverflow(isUp ? (value < 0 ? -unit : unit) : 0)
                target[row] = up
                if overflow, arguments.isValid(row) {
                    failures.append(RowError(row: row, message: "round(\(value), \(place)) is out of range"))
                }
            }
        }
        return Vector(.integer, .integers(values), validity: arguments.validity, count: arguments.count)
            .failing(failures)
    }

    /// The greatest or least of the values that are not null.
    static func extreme(_ type: ValueType, isGreatest: Bool) -> Kernel {
        { arguments in
            let count = arguments.count
            var chooser = [Int](repeating: -1, count: count)
            for (index, vector) in arguments.vectors.enumerated() {
                for row in 0..<count where vector.isValid(row) {
                    guard chooser[row] >= 0 else {
                        chooser[row] = index
                        continue
                    }
                    let best = arguments[chooser[row]]
                    let isLess: Bool =
                        switch type.layout {
                        case .none: false
                        case .flags: vector.flags[row & vector.mask] < best.flags[row & best.mask]
                        case .integers: vector.integers[row & vector.mask] < best.integers[row & best.mask]
                        case .numbers: self.isLess(vector.numbers[row & vector.mask], best.numbers[row & best.mask])
                        case .text: order(vector.bytes(row), best.bytes(row)) < 0
                        }
                    let isMore: Bool =
                        switch type.layout {
                        case .none: false
                        case .flags: vector.flags[row & vector.mask] > best.flags[row & best.mask]
                        case .integers: vector.integers[row & vector.mask] > best.integers[row & best.mask]
                        case .numbers: self.isLess(best.numbers[row & best.mask], vector.numbers[row & vector.mask])
                        case .text: order(vector.bytes(row), best.bytes(row)) > 0
                        }
                    if isGreatest ? isMore : isLess { chooser[row] = index }
                }
            }
            var picker = Chooser(count: count)
            for (index, vector) in arguments.vectors.enumerated() {
                let flags = Buffer<UInt8>(count: count) { target in
                    for row in 0..<count { target[row] = chooser[row] == index ? 1 : 0 }
                }
                var vector = vector
                vector.errors = []  // the caller has them
                picker.take(vector, when: Vector(.boolean, .flags(flags), count: count))
            }
            return picker.finish(type)
        }
    }

    /// The first value, or null where both are equal.
    static func nullIf(_ type: ValueType, compared: ValueType, _ convert: (left: Kernel?, right: Kernel?)) -> Kernel {
        let equals = comparison(.equal, compared)
        return { arguments in
            let count = arguments.count
            func converted(_ vector: Vector, _ kernel: Kernel?) -> Vector {
                guard let kernel else { return vector }
                return Evaluator(inputs: [], count: count).call(kernel, [vector], compared, isStrict: true)
            }
            let left = converted(arguments[0], convert.left)
            let right = converted(arguments[1], convert.right)
            var result = arguments[0].broadcast(count)
            guard !left.isNullConstant, !right.isNullConstant, type != .null, compared != .null else { return result }
            let equal = equals(Arguments(vectors: [left, right], count: count, validity: nil))
            let flags = equal.flags
            let before = result
            result.validity = Buffer(count: count) { target in
                for row in 0..<count {
                    let isEqual = left.isValid(row) && right.isValid(row) && flags[row] != 0
                    target[row] = before.isValid(row) && !isEqual ? 1 : 0
                }
            }
            return result.failing((left.errors + right.broadcast(count).errors))
        }
    }
}

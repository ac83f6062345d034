// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// The kernels of operators and functions, by topic.
enum Kernels {}

extension Kernels {
    /// A comparison of two values of the type, strict.
    static func comparison(_ operation: Syntax.Operator, _ type: ValueType) -> Kernel {
        switch type.layout {
        case .flags: { flags(operation, $0) }
        case .integers: { integers(operation, $0) }
        case .numbers: { numbers(operation, $0) }
        case .text, .none: { texts(operation, $0) }
        }
    }

    private static func result(_ values: Buffer<UInt8>, _ arguments: Arguments) -> Vector {
        Vector(.boolean, .flags(values), validity: arguments.validity, count: arguments.count)
    }

    @inline(__always)
    private static func compare<Value>(
        _ arguments: Arguments, _ left: UnsafePointer<Value>, _ right: UnsafePointer<Value>,
        _ body: (Value, Value) -> Bool
    ) -> Vector {
        let (one, other) = (arguments[0].isConstant, arguments[1].isConstant)
        return result(mapped(left, one, right, other, arguments.count) { body($0, $1) ? 1 : 0 }, arguments)
    }

    private static func flags(_ operation: Syntax.Operator, _ arguments: Arguments) -> Vector {
        let (left, right) = (arguments[0].flags, arguments[1].flags)
        return switch operation {
        case .equal: compare(arguments, left, right, ==)
        case .notEqual: compare(arguments, left, right, !=)
        case .less: compare(arguments, left, right, <)
        case .lessOrEqual: compare(arguments, left, right, <=)
        case .greater: compare(arguments, left, right, >)
        default: compare(arguments, left, right, >=)
        }
    }

    private static func integers(_ operation: Syntax.Operator, _ arguments: Arguments) -> Vector {
        let (left, right) = (arguments[0].integers, arguments[1].integers)
        return switch operation {
        case .equal: compare(arguments, left, right, ==)
        case .notEqual: compare(arguments, left, right, !=)
        case .less: compare(arguments, left, right, <)
        case .lessOrEqual: compare(arguments, left, right, <=)
        case .greater: compare(arguments, left, right, >)
        default: compare(arguments, left, right, >=)
        }
    }

    @inline(__always) private static func isEqual(_ left: Double, _ right: Double) -> Bool {
        left == right || left != left && right != right
    }

    /// NaN is equal to itself and greater than every number, as in DuckDB.
    @inline(__always) static func isLess(_ left: Double, _ right: Double) -> Bool {
        left < right || right != right && left == left
    }

    private static func numbers(_ operation: Syntax.Operator, _ arguments: Arguments) -> Vector {
        let (left, right) = (arguments[0].numbers, arguments[1].numbers)
        return switch operation {
        case .equal: compare(arguments, left, right) { isEqual($0, $1) }
        case .notEqual: compare(arguments, left, right) { !isEqual($0, $1) }
        case .less: compare(arguments, left, right) { isLess($0, $1) }
        case .lessOrEqual: compare(arguments, left, right) { !isLess($1, $0) }
        case .greater: compare(arguments, left, right) { isLess($1, $0) }
        default: compare(arguments, left, right) { !isLess($0, $1) }
        }
    }

    /// Texts are ordered by their bytes, which is the order of their code points.
    @inline(__always)
    static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int32 {
        let shorter = min(left.count, right.count)
        if shorter > 0, let one = left.baseAddress, let other = right.baseAddress {
            let order = memcmp(one, other, shorter)
            if order != 0 { return order }
        }
        return left.count == right.count ? 0 : left.count < right.count ? -1 : 1
    }

    @inline(__always)
    static func isSame(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let one = left.baseAddress, let other = right.baseAddress else { return true }
        return memcmp(one, other, left.count) == 0
    }

    private static func texts(_ operation: Syntax.Operator, _ arguments: Arguments) -> Vector {
        let (left, right) = (arguments[0].text, arguments[1].text)
        let (one, other) = (arguments[0].mask, arguments[1].mask)
        let count = arguments.count
        let values: Buffer<UInt8>
        switch operation {
        case .equal, .notEqual:
            let wanted = operation == .equal
            values = Buffer(count: count) { target in
                for row in 0..<count {
                    target[row] = isSame(left.value(row & one), right.value(row & other)) == wanted ? 1 : 0
                }
            }
        default:
            values = Buffer(count: count) { target in
                for row in 0..<count {
                    let order = order(left.value(row & one), right.value(row & other))
                    let holds =
                        switch operation {
                        case .less: order < 0
                        case .lessOrEqual: order <= 0
                        case .greater: order > 0
                        default: order >= 0
                        }
                    target[row] = holds ? 1 : 0
                }
            }
        }
        return result(values, arguments)
    }

    /// IS [NOT] DISTINCT FROM: equality in which null equals null, never null itself.
    static func distinct(_ type: ValueType, isNegated: Bool) -> Kernel {
        let equals = comparison(.equal, type)
        return { arguments in
            let count = arguments.count
            let (left, right) = (arguments[0], arguments[1])
            guard type != .null else {
                return Vector(
                    .boolean, .flags(Buffer(count: count) { $0.update(repeating: isNegated ? 1 : 0, count: count) }),
                    count: count)
            }
            let equal = equals(arguments)
            let flags = equal.flags
            let values = Buffer<UInt8>(count: count) { target in
                for row in 0..<count {
                    let (one, other) = (left.isValid(row), right.isValid(row))
                    let same = one && other ? flags[row] != 0 : one == other
                    target[row] = same == isNegated ? 1 : 0
                }
            }
            return Vector(.boolean, .flags(values), count: count)
        }
    }

    /// Whether a value is one of a list; null when it is not and there is a null.
    static func among(_ type: ValueType, isNegated: Bool) -> Kernel {
        let equals = comparison(.equal, type)
        return { arguments in
            let count = arguments.count
            let subject = arguments[0]
            guard type != .null else { return Vector.null(.boolean).broadcast(count) }
            var found = [UInt8](repeating: 0, count: count)
            var unknown = [UInt8](repeating: 0, count: count)
            for element in arguments.vectors.dropFirst() {
                if element.isNullConstant {
                    for row in 0..<count { unknown[row] = 1 }
                    continue
                }
                let equal = equals(Arguments(vectors: [subject, element], count: count, validity: nil))
                let flags = equal.flags
                if let validity = element.validity {
                    let (valid, mask) = (validity.pointer, element.mask)
                    for row in 0..<count {
                        found[row] |= flags[row] & valid[row & mask]
                        unknown[row] |= 1 - valid[row & mask]
                    }
                } else {
                    for row in 0..<count { found[row] |= flags[row] }
                }
            }
            let values = Buffer<UInt8>(count: count) { target in
                for row in 0..<count { target[row] = isNegated ? 1 - found[row] : found[row] }
            }
            let validity = Buffer<UInt8>(count: count) { target in
                for row in 0..<count {
                    target[row] = subject.isValid(row) ? found[row] | (1 - unknown[row]) : 0
                }
            }
            return Vector(.boolean, .flags(values), validity: validity, count: count)
        }
    }

    static let not: Kernel = { arguments in
        let values = mapped(arguments[0].flags, arguments.count) { 1 - $0 }
        return Vector(.boolean, .flags(values), validity: arguments.validity, count: arguments.count)
    }

    /// IS [NOT] NULL.
    static func isNull(isNegated: Bool) -> Kernel {
        { arguments in
            let (vector, count) = (arguments[0], arguments.count)
            let values = Buffer<UInt8>(count: count) { target in
                guard let validity = vector.validity else {
                    return target.update(repeating: isNegated ? 1 : 0, count: count)
                }
                let (valid, mask) = (validity.pointer, vector.mask)
                for row in 0..<count { target[row] = isNegated ? valid[row & mask] : 1 - valid[row & mask] }
            }
            return Vector(.boolean, .flags(values), count: count)
        }
    }

    /// IS [NOT] TRUE and IS [NOT] FALSE.
    static func isBoolean(_ wanted: Bool, isNegated: Bool) -> Kernel {
        { arguments in
            let (vector, count) = (arguments[0], arguments.count)
            let (flags, mask) = (vector.flags, vector.mask)
            let values = Buffer<UInt8>(count: count) { target in
                for row in 0..<count {
                    let holds = vector.isValid(row) && (flags[row & mask] != 0) == wanted
                    target[row] = holds != isNegated ? 1 : 0
                }
            }
            return Vector(.boolean, .flags(values), count: count)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

extension Function {
    static let numberFunctions: [(String, Function)] = [
        ("round", Function(1...2, round)),
        ("floor", number { Kernels.unary($0) { Glibc.floor($0) } }),
        ("ceil ceiling", number { Kernels.unary($0) { Glibc.ceil($0) } }),
        ("trunc", number { Kernels.unary($0) { Glibc.trunc($0) } }),
        ("sqrt", number { Kernels.unary($0) { $0.squareRoot() } }),
        ("ln", number { Kernels.unary($0) { Glibc.log($0) } }),
        ("log log10", number { Kernels.unary($0) { Glibc.log10($0) } }),
        ("log2", number { Kernels.unary($0) { Glibc.log2($0) } }),
        ("exp", number { Kernels.unary($0) { Glibc.exp($0) } }),
        ("pow power", Function([.number, .number], .number) { Kernels.binary($0) { Glibc.pow($0, $1) } }),
        ("mod", Function(2...2) { try Binder.arithmetic(.remainder, $0[0].type, $0[1].type) }),
        ("abs", Function(1...1, absolute)),
        ("sign", Function(1...1, sign)),
        ("greatest", extreme(isGreatest: true)),
        ("least", extreme(isGreatest: false)),
    ]

    private static func number(_ kernel: @escaping Kernel) -> Function { Function([.number], .number, kernel) }

    @Sendable private static func round(_ arguments: [Bound]) throws -> Signature {
        let isInteger = arguments[0].type == .integer
        let type: ValueType = isInteger ? .integer : .number
        guard arguments.count == 2 else {
            return Signature(parameters: [type], result: type) { arguments in
                isInteger ? arguments[0] : Kernels.unary(arguments) { Glibc.round($0) }
            }
        }
        return Signature(
            parameters: [type, .integer], result: type, kernel: isInteger ? Kernels.roundInteger : Kernels.roundNumber)
    }

    @Sendable private static func absolute(_ arguments: [Bound]) throws -> Signature {
        guard arguments[0].type == .integer else {
            return Signature(parameters: [.number], result: .number) { Kernels.unary($0) { $0.magnitude } }
        }
        return Signature(parameters: [.integer], result: .integer, kernel: Kernels.integerSign("abs") { $0 < 0 })
    }

    @Sendable private static func sign(_ arguments: [Bound]) throws -> Signature {
        let type: ValueType = arguments[0].type == .integer ? .integer : .number
        return Signature(parameters: [type], result: .integer) { arguments in
            let values =
                type == .integer
                ? mapped(arguments[0].integers, arguments.count) { $0.signum() }
                : mapped(arguments[0].numbers, arguments.count) { $0 > 0 ? Int64(1) : $0 < 0 ? -1 : 0 }
            return Vector(.integer, .integers(values), validity: arguments.validity, count: arguments.count)
        }
    }

    private static func extreme(isGreatest: Bool) -> Function {
        Function(1...64) { arguments in
            let type = try Binder.unified(arguments)
            return Signature(
                parameters: arguments.map { _ in type }, result: type, isStrict: false,
                kernel: Kernels.extreme(type, isGreatest: isGreatest))
        }
    }
}

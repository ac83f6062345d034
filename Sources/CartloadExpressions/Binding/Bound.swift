// SPDX-License-Identifier: Apache-2.0

/// An expression whose types are settled, ready to be evaluated over blocks with the same columns.
indirect enum Bound: Sendable {
    struct Branch: Sendable {
        var when: Bound
        var then: Bound
    }

    /// `isLiteralText` marks a string as it was written, which takes the type of what it is compared with.
    case constant(Vector, isLiteralText: Bool = false)
    case field(Int, ValueType)
    case call(Kernel, [Bound], ValueType, isStrict: Bool)
    case and(Bound, Bound)
    case or(Bound, Bound)
    /// The value of the first branch whose condition is true; with an operand, whose value equals it.
    case choose(operand: Bound?, equals: Kernel?, [Branch], otherwise: Bound, ValueType)
    /// The first value that is not null.
    case first([Bound], ValueType)

    var type: ValueType {
        switch self {
        case .constant(let vector, _): vector.type
        case .field(_, let type), .call(_, _, let type, _), .choose(_, _, _, _, let type), .first(_, let type): type
        case .and, .or: .boolean
        }
    }

    var isConstant: Bool { if case .constant = self { true } else { false } }

    /// Its value, when that is known beforehand.
    var constant: Vector? { if case .constant(let vector, _) = self { vector } else { nil } }

    var isLiteralText: Bool { if case .constant(_, true) = self { true } else { false } }
}

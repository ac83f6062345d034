// SPDX-License-Identifier: Apache-2.0

/// An expression as it was written.
indirect enum Syntax: Sendable, Hashable {
    enum Literal: Sendable, Hashable {
        case null
        case boolean(Bool)
        case integer(Int64)
        case number(Double)
        case string(String)
        /// Days since 1970.
        case date(Int64)
        /// Microseconds since 1970.
        case timestamp(Int64)
    }

    enum Operator: String, Sendable, Hashable {
        case or = "OR"
        case and = "AND"
        case equal = "="
        case notEqual = "<>"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case distinct = "IS DISTINCT FROM"
        case notDistinct = "IS NOT DISTINCT FROM"
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case integerDivide = "//"
        case remainder = "%"
        case concatenate = "||"
    }

    /// What `IS` asks for.
    enum Test: Sendable, Hashable {
        case null
        case boolean(Bool)
    }

    struct Branch: Sendable, Hashable {
        var when: Syntax
        var then: Syntax
    }

    case literal(Literal)
    case field([String], offset: Int)
    case not(Syntax)
    case negate(Syntax, offset: Int)
    case binary(Operator, Syntax, Syntax, offset: Int)
    case test(Syntax, Test, isNegated: Bool)
    case among(Syntax, [Syntax], isNegated: Bool, offset: Int)
    case between(Syntax, Syntax, Syntax, isNegated: Bool, offset: Int)
    case like(Syntax, Syntax, escape: Syntax?, ignoresCase: Bool, isNegated: Bool, offset: Int)
    case cast(Syntax, TypeName, isTrying: Bool, offset: Int)
    case choose(Syntax?, [Branch], otherwise: Syntax?, offset: Int)
    case call(String, [Syntax], offset: Int)
}

extension Syntax {
    /// Calls `body` with the path of every field, in the order of writing.
    func forEachField(_ body: ([String], Int) throws -> Void) rethrows {
        switch self {
        case .literal: break
        case .field(let path, let offset): try body(path, offset)
        case .not(let operand), .negate(let operand, _), .test(let operand, _, _), .cast(let operand, _, _, _):
            try operand.forEachField(body)
        case .binary(_, let left, let right, _):
            try left.forEachField(body)
            try right.forEachField(body)
        case .among(let operand, let list, _, _):
            try operand.forEachField(body)
            for element in list { try element.forEachField(body) }
        case .between(let operand, let low, let high, _, _):
            for part in [operand, low, high] { try part.forEachField(body) }
        case .like(let operand, let pattern, let escape, _, _, _):
            try operand.forEachField(body)
            try pattern.forEachField(body)
            try escape?.forEachField(body)
        case .choose(let operand, let branches, let otherwise, _):
            try operand?.forEachField(body)
            for branch in branches {
                try branch.when.forEachField(body)
                try branch.then.forEachField(body)
            }
            try otherwise?.forEachField(body)
        case .call(_, let arguments, _):
            for argument in arguments { try argument.forEachField(body) }
        }
    }
}

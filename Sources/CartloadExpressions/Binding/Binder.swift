// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Settles the types of an expression for the columns of a block.
struct Binder {
    let text: String
    /// The input and the type of each field that is used.
    let fields: [[String]: (index: Int, column: ValueType, meaning: ValueType)]

    func failure(_ message: String, at offset: Int, advice: String? = nil) -> CartloadError {
        .expression(.expressionType, message, in: text, at: offset, advice: advice)
    }

    func bind(_ syntax: Syntax) throws -> Bound {
        switch syntax {
        case .literal(let literal):
            if case .string = literal { return .constant(.constant(literal), isLiteralText: true) }
            return .constant(.constant(literal))
        case .field(let path, let offset):
            guard let field = fields[path] else { return .constant(.null(.null)) }
            if field.column == .null { return .constant(.null(.null)) }
            return try convert(.field(field.index, field.column), to: field.meaning, at: offset)
        case .not(let operand):
            return call(Kernels.not, [try condition(operand)], .boolean)
        case .negate(let operand, let offset):
            return try negate(try bind(operand), offset)
        case .binary(let operation, let left, let right, let offset):
            return try binary(operation, left, right, offset)
        case .test(let operand, .null, let isNegated):
            return call(Kernels.isNull(isNegated: isNegated), [try bind(operand)], .boolean, isStrict: false)
        case .test(let operand, .boolean(let wanted), let isNegated):
            let kernel = Kernels.isBoolean(wanted, isNegated: isNegated)
            return call(kernel, [try condition(operand)], .boolean, isStrict: false)
        case .among(let operand, let list, let isNegated, let offset):
            return try among(operand, list, isNegated, offset)
        case .between(let operand, let low, let high, let isNegated, let offset):
            return try between(operand, low, high, isNegated, offset)
        case .like(let operand, let pattern, let escape, let ignoresCase, let isNegated, let offset):
            return try like(operand, pattern, escape, ignoresCase, isNegated, offset)
        case .cast(let operand, let type, let isTrying, let offset):
            return try cast(try bind(operand), type, isTrying, offset)
        case .choose(let operand, let branches, let otherwise, let offset):
            return try choose(operand, branches, otherwise, offset)
        case .call(let name, let arguments, let offset):
            return try call(name, arguments, offset)
        }
    }

    /// A call; computed right away when everything it needs is known.
    func call(_ kernel: @escaping Kernel, _ arguments: [Bound], _ type: ValueType, isStrict: Bool = true) -> Bound {
        let constants = arguments.compactMap(\.constant)
        if constants.count == arguments.count {
            let value = Evaluator(inputs: [], count: 1).call(kernel, constants, type, isStrict: isStrict)
            var constant = value
            constant.isConstant = true
            return .constant(constant)
        }
        return .call(kernel, arguments, type, isStrict: isStrict)
    }

    /// Makes values of one type out of another.
    func convert(_ bound: Bound, to type: ValueType, at offset: Int) throws -> Bound {
        if bound.type == type { return bound }
        if bound.type == .null {
            if case .constant = bound { return .constant(.null(type)) }
            return call({ _ in .null(type) }, [bound], type, isStrict: false)
        }
        guard let kernel = Kernels.cast(bound.type, type) else {
            throw failure("\(bound.type.name) cannot be used as \(type.name)", at: offset)
        }
        let converted = call(kernel, [bound], type)
        if let error = converted.constant?.errors.first { throw failure(error.message, at: offset) }
        return converted
    }

    /// A condition: numbers are true unless 0.
    func condition(_ syntax: Syntax) throws -> Bound {
        try convert(try bind(syntax), to: .boolean, at: syntax.offset)
    }

    private func call(_ name: String, _ arguments: [Syntax], _ offset: Int) throws -> Bound {
        switch name {
        case "coalesce", "ifnull":
            let bound = try arguments.map(bind)
            let type = try located(offset) { try Binder.unified(bound) }
            return .first(try bound.map { try convert($0, to: type, at: offset) }, type)
        case "if":
            return try choose(
                nil, [Syntax.Branch(when: arguments[0], then: arguments[1])], arguments[2], offset)
        default:
            guard let function = Function.named(name) else {
                throw failure("there is no function \"\(name)\"", at: offset)
            }
            let bound = try arguments.map(bind)
            let signature = try located(offset) { try function.resolve(bound) }
            let converted = try zip(bound, zip(signature.parameters, arguments)).map {
                try convert($0, to: $1.0, at: $1.1.offset)
            }
            return call(signature.kernel, converted, signature.result, isStrict: signature.isStrict)
        }
    }

    /// Adds the place to a failure that does not know it.
    func located<Value>(_ offset: Int, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as BindFailure {
            throw failure(error.message, at: offset, advice: error.advice)
        }
    }

    /// The type that holds all of several values; string literals adapt to the others.
    static func unified(_ values: [Bound]) throws -> ValueType {
        var type = ValueType.null
        for value in values where !value.isLiteralText {
            guard let next = ValueType.unified(type, value.type) else {
                throw BindFailure(message: "\(type.name) and \(value.type.name) have no common type")
            }
            type = next
        }
        return type == .null && values.contains(where: \.isLiteralText) ? .text : type
    }
}

extension Syntax {
    /// Where the expression, or its operator, stands.
    var offset: Int {
        switch self {
        case .literal: 0
        case .not(let operand), .test(let operand, _, _): operand.offset
        case .field(_, let offset), .negate(_, let offset), .binary(_, _, _, let offset), .among(_, _, _, let offset),
            .between(_, _, _, _, let offset), .like(_, _, _, _, _, let offset), .cast(_, _, _, let offset),
            .choose(_, _, _, let offset), .call(_, _, let offset):
            offset
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Binder {
    func binary(_ operation: Syntax.Operator, _ left: Syntax, _ right: Syntax, _ offset: Int) throws -> Bound {
        switch operation {
        case .and, .or:
            let (one, other) = (try condition(left), try condition(right))
            let bound: Bound = operation == .and ? .and(one, other) : .or(one, other)
            guard one.isConstant, other.isConstant else { return bound }
            return .constant(Evaluator(inputs: [], count: 1).evaluate(bound))
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
            let (type, one, other) = try compared(try bind(left), try bind(right), offset)
            return call(Kernels.comparison(operation, type), [one, other], .boolean)
        case .distinct, .notDistinct:
            let (type, one, other) = try compared(try bind(left), try bind(right), offset)
            let kernel = Kernels.distinct(type, isNegated: operation == .notDistinct)
            return call(kernel, [one, other], .boolean, isStrict: false)
        case .concatenate:
            let one = try convert(try bind(left), to: .text, at: offset)
            return call(Kernels.concatenate, [one, try convert(try bind(right), to: .text, at: offset)], .text)
        case .add, .subtract, .multiply, .divide, .integerDivide, .remainder:
            let (one, other) = (try bind(left), try bind(right))
            let signature = try located(offset) { try Binder.arithmetic(operation, one.type, other.type) }
            return call(
                signature.kernel,
                [
                    try convert(one, to: signature.parameters[0], at: left.offset),
                    try convert(other, to: signature.parameters[1], at: right.offset),
                ], signature.result)
        }
    }

    /// How two types are computed with.
    static func arithmetic(_ operation: Syntax.Operator, _ left: ValueType, _ right: ValueType) throws -> Signature {
        switch (left, right) {
        case (.date, .integer) where operation == .add || operation == .subtract:
            return Signature(
                parameters: [left, right], result: .date, kernel: Kernels.days(operation, result: .date))
        case (.integer, .date) where operation == .add:
            return Signature(
                parameters: [left, right], result: .date, kernel: Kernels.days(operation, result: .date))
        case (.date, .date) where operation == .subtract:
            return Signature(
                parameters: [left, right], result: .integer, kernel: Kernels.days(operation, result: .integer))
        default: break
        }
        for type in [left, right] where type.isTemporal || type == .boolean {
            throw BindFailure(
                message: "\(left.name) \(operation.rawValue) \(right.name) has no meaning",
                advice: type.isTemporal ? "date_diff and epoch compute with dates and times." : "Convert it with CAST.")
        }
        let isInteger = [left, right].allSatisfy { $0 == .integer || $0 == .null } && operation != .divide
        guard isInteger else {
            return Signature(
                parameters: [.number, .number], result: .number, kernel: Kernels.numberArithmetic(operation))
        }
        let kernel =
            switch operation {
            case .integerDivide: Kernels.integerDivision(isRemainder: false)
            case .remainder: Kernels.integerDivision(isRemainder: true)
            default: Kernels.integerArithmetic(operation)
            }
        return Signature(parameters: [.integer, .integer], result: .integer, kernel: kernel)
    }

    func negate(_ operand: Bound, _ offset: Int) throws -> Bound {
        if operand.type == .integer || operand.type == .null {
            let kernel = Kernels.integerSign("-") { _ in true }
            return call(kernel, [try convert(operand, to: .integer, at: offset)], .integer)
        }
        guard !operand.type.isTemporal, operand.type != .boolean else {
            throw failure("\(operand.type.name) has no negative", at: offset)
        }
        return call({ Kernels.unary($0, -) }, [try convert(operand, to: .number, at: offset)], .number)
    }

    /// Both sides in the type in which they are compared.
    func compared(_ left: Bound, _ right: Bound, _ offset: Int) throws -> (ValueType, Bound, Bound) {
        guard let type = ValueType.compared(left.type, right.type) else {
            throw failure(
                "\(left.type.name) and \(right.type.name) cannot be compared", at: offset,
                advice: "Convert one of them with CAST.")
        }
        return (type, try convert(left, to: type, at: offset), try convert(right, to: type, at: offset))
    }

    func among(_ operand: Syntax, _ list: [Syntax], _ isNegated: Bool, _ offset: Int) throws -> Bound {
        let subject = try bind(operand)
        let elements = try list.map(bind)
        var type = subject.type
        for element in elements where element.type != .null {
            guard let next = ValueType.compared(type, element.type) else {
                throw failure("\(type.name) and \(element.type.name) cannot be compared", at: offset)
            }
            type = next
        }
        let arguments = try ([subject] + elements).map { try convert($0, to: type, at: offset) }
        return call(Kernels.among(type, isNegated: isNegated), arguments, .boolean, isStrict: false)
    }

    func between(
        _ operand: Syntax, _ low: Syntax, _ high: Syntax, _ isNegated: Bool, _ offset: Int
    ) throws -> Bound {
        let parts = [try bind(operand), try bind(low), try bind(high)]
        var type = ValueType.null
        for part in parts {
            guard let next = ValueType.compared(type, part.type) else {
                throw failure("\(type.name) and \(part.type.name) cannot be compared", at: offset)
            }
            type = next
        }
        let arguments = try parts.map { try convert($0, to: type, at: offset) }
        let kernel = Kernels.between(type, isNegated: isNegated)
        return call(kernel, arguments, .boolean, isStrict: false)
    }

    func like(
        _ operand: Syntax, _ pattern: Syntax, _ escape: Syntax?, _ ignoresCase: Bool, _ isNegated: Bool, _ offset: Int
    ) throws -> Bound {
        var escapeByte: UInt8?
        if let escape {
            guard case .literal(.string(let text)) = escape, text.utf8.count <= 1 else {
                throw failure("ESCAPE takes one ASCII character or nothing", at: offset)
            }
            escapeByte = text.utf8.first
        }
        var parts = [try bind(operand), try bind(pattern)]
        parts = try parts.map { try convert($0, to: .text, at: offset) }
        if ignoresCase { parts = parts.map { call(Kernels.changeCase(upper: false), [$0], .text) } }
        var known: Pattern?
        if let constant = parts[1].constant, constant.isValid(0) {
            guard let pattern = Pattern(constant.bytes(0), escape: escapeByte) else {
                throw failure("the pattern ends with its escape character", at: offset)
            }
            known = pattern
        }
        return call(Kernels.like(known, escape: escapeByte, isNegated: isNegated), parts, .boolean)
    }

    func cast(_ operand: Bound, _ name: TypeName, _ isTrying: Bool, _ offset: Int) throws -> Bound {
        if operand.type == .null { return try convert(operand, to: name.type, at: offset) }
        guard let kernel = Kernels.cast(operand.type, name.type, bits: name.integerBits) else {
            throw failure("\(operand.type.name) cannot be cast to \(name.type.name)", at: offset)
        }
        return call(isTrying ? Kernels.trying(kernel) : kernel, [operand], name.type)
    }

    func choose(
        _ operand: Syntax?, _ branches: [Syntax.Branch], _ otherwise: Syntax?, _ offset: Int
    ) throws -> Bound {
        let thens = try branches.map { try bind($0.then) }
        let last = try otherwise.map(bind) ?? .constant(.null(.null))
        let type = try located(offset) { try Binder.unified(thens + [last]) }
        var subject: Bound?
        var whens: [Bound] = []
        var equals: Kernel?
        if let operand {
            let bound = try bind(operand)
            whens = try branches.map { try bind($0.when) }
            var compared = bound.type
            for when in whens {
                guard let next = ValueType.compared(compared, when.type) else {
                    throw failure("\(compared.name) and \(when.type.name) cannot be compared", at: offset)
                }
                compared = next
            }
            whens = try whens.map { try convert($0, to: compared, at: offset) }
            subject = try convert(bound, to: compared, at: offset)
            equals = Kernels.comparison(.equal, compared)
        } else {
            whens = try branches.map { try condition($0.when) }
        }
        let bound = try zip(whens, thens).map { when, then in
            Bound.Branch(when: when, then: try convert(then, to: type, at: offset))
        }
        return .choose(
            operand: subject, equals: equals, bound, otherwise: try convert(last, to: type, at: offset), type)
    }
}

extension Kernels {
    /// `low <= value AND value <= high` in three-valued logic.
    static func between(_ type: ValueType, isNegated: Bool) -> Kernel {
        let (atLeast, atMost) = (comparison(.greaterOrEqual, type), comparison(.lessOrEqual, type))
        return { arguments in
            let count = arguments.count
            guard type != .null else { return Vector.null(.boolean).broadcast(count) }
            let evaluator = Evaluator(inputs: [], count: count)
            var vectors = arguments.vectors
            for index in vectors.indices { vectors[index].errors = [] }  // the caller has them
            let low = evaluator.call(atLeast, [vectors[0], vectors[1]], .boolean, isStrict: true)
            let high = evaluator.call(atMost, [vectors[0], vectors[2]], .boolean, isStrict: true)
            let both = evaluator.both(low, high).broadcast(count)
            guard isNegated else { return both }
            let values = mapped(both.flags, count) { 1 - $0 }
            return Vector(.boolean, .flags(values), validity: both.validity, count: count)
        }
    }
}

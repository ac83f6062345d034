// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Evaluates a bound expression over one block, node by node, a whole column at a time.
struct Evaluator {
    let inputs: [Vector]
    let count: Int

    func evaluate(_ bound: Bound) -> Vector {
        switch bound {
        case .constant(let vector, _): return vector
        case .field(let index, _): return inputs[index]
        case .call(let kernel, let arguments, let type, let isStrict):
            return call(kernel, arguments.map(evaluate), type, isStrict: isStrict)
        case .and(let left, let right): return logical(evaluate(left), evaluate(right), deciding: 0)
        case .or(let left, let right): return logical(evaluate(left), evaluate(right), deciding: 1)
        case .choose(let operand, let equals, let branches, let otherwise, let type):
            return choose(operand, equals, branches, otherwise, type)
        case .first(let values, let type): return first(values, type)
        }
    }

    func call(_ kernel: Kernel, _ vectors: [Vector], _ type: ValueType, isStrict: Bool) -> Vector {
        let isConstant = vectors.allSatisfy(\.isConstant)
        var errors: [RowError] = []
        for vector in vectors where !vector.errors.isEmpty {
            errors += isConstant || !vector.isConstant ? vector.errors : vector.broadcast(count).errors
        }
        if isStrict, vectors.contains(where: \.isNullConstant) {
            var null = Vector.null(type)
            if !errors.isEmpty, !isConstant { null = null.broadcast(count) }
            null.errors = errors
            return null
        }
        let rows = isConstant ? 1 : count
        let validity = isStrict ? Arguments.validity(vectors, rows) : nil
        var result = kernel(Arguments(vectors: vectors, count: rows, validity: validity))
        result.isConstant = isConstant
        if !errors.isEmpty { result = result.failing(errors) }
        return result
    }

    /// AND of two conditions.
    func both(_ left: Vector, _ right: Vector) -> Vector { logical(left, right, deciding: 0) }

    /// AND (deciding 0) or OR (deciding 1) in three-valued logic; an error on the right counts only in rows that the left
    /// has not decided.
    private func logical(_ left: Vector, _ right: Vector, deciding: UInt8) -> Vector {
        let isConstant = left.isConstant && right.isConstant
        let rows = isConstant ? 1 : count
        var result: Vector
        if left.validity == nil, right.validity == nil {
            let values = mapped(left.flags, left.isConstant, right.flags, right.isConstant, rows) { one, other in
                deciding == 0 ? one & other : one | other
            }
            result = Vector(.boolean, .flags(values), count: rows, isConstant: isConstant)
        } else {
            let one = left.isConstant ? left.broadcast(rows) : left
            let other = right.isConstant ? right.broadcast(rows) : right
            let ones = Buffer<UInt8>(count: rows) { $0.update(repeating: 1, count: rows) }
            let (oneValid, otherValid) = (one.validity ?? ones, other.validity ?? ones)
            let (a, b, av, bv) = (one.flags, other.flags, oneValid.pointer, otherValid.pointer)
            let decided = Buffer<UInt8>(count: rows) { target in
                let flip = 1 - deciding  // so that 1 means "decides" on both sides
                for row in 0..<rows { target[row] = ((a[row] ^ flip) & av[row]) | ((b[row] ^ flip) & bv[row]) }
            }
            let validity = Buffer<UInt8>(count: rows) { target in
                let decided = decided.pointer
                for row in 0..<rows { target[row] = decided[row] | (av[row] & bv[row]) }
            }
            let values = mapped(decided.pointer, rows) { deciding == 1 ? $0 : 1 - $0 }
            result = Vector(.boolean, .flags(values), validity: validity, count: rows, isConstant: isConstant)
        }
        let rightErrors = isConstant ? right.errors : right.broadcast(rows).errors
        let errors =
            (isConstant ? left.errors : left.broadcast(rows).errors)
            + rightErrors.filter { !left.isValid($0.row) || left.flags[$0.row & left.mask] != deciding }
        return errors.isEmpty ? result : result.failing(errors)
    }

    private func choose(
        _ operand: Bound?, _ equals: Kernel?, _ branches: [Bound.Branch], _ otherwise: Bound, _ type: ValueType
    ) -> Vector {
        let subject = operand.map(evaluate)
        var chooser = Chooser(count: count)
        for branch in branches {
            var when = evaluate(branch.when)
            if let subject, let equals { when = call(equals, [subject, when], .boolean, isStrict: true) }
            chooser.take(evaluate(branch.then), when: when)
        }
        chooser.take(evaluate(otherwise), when: nil)
        return chooser.finish(type)
    }

    private func first(_ values: [Bound], _ type: ValueType) -> Vector {
        var chooser = Chooser(count: count)
        for value in values { chooser.takeWhereValid(evaluate(value)) }
        return chooser.finish(type)
    }
}

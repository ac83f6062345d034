// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Computes the values of one call for a whole batch.
typealias Kernel = @Sendable (Arguments) -> Vector

/// What a kernel works on.
struct Arguments {
    let vectors: [Vector]
    /// How many values are wanted: the rows of the batch, or 1 when all arguments are constants.
    let count: Int
    /// For strict kernels, the rows in which no argument is null; nil when that is every row.
    let validity: Buffer<UInt8>?

    subscript(index: Int) -> Vector { vectors[index] }

    @inline(__always) func isValid(_ row: Int) -> Bool {
        guard let validity else { return true }
        return validity.pointer[row] != 0
    }

    /// The rows in which all the vectors have values; nil when that is every row.
    static func validity(_ vectors: [Vector], _ count: Int) -> Buffer<UInt8>? {
        var result: Buffer<UInt8>?
        for vector in vectors {
            guard let validity = vector.validity else { continue }
            if vector.isConstant {
                guard validity[0] == 0 else { continue }
                return Buffer(count: count) { $0.update(repeating: 0, count: count) }
            }
            guard let before = result else {
                result = validity
                continue
            }
            result = Buffer(count: count) { target in
                let left = before.pointer
                let right = validity.pointer
                for row in 0..<count { target[row] = left[row] & right[row] }
            }
        }
        return result
    }
}

/// How a call is computed, once the types of its arguments are known.
struct Signature: Sendable {
    /// The types that the arguments are converted to.
    var parameters: [ValueType]
    var result: ValueType
    /// Whether a null argument makes the result null, so that the kernel need not care.
    var isStrict = true
    var kernel: Kernel
}

extension Vector {
    /// The same values with some rows turned into errors.
    func failing(_ failures: [RowError]) -> Vector {
        guard !failures.isEmpty else { return self }
        var vector = self
        let old = validity
        vector.validity = Buffer(count: count) { target in
            if let old {
                target.update(from: old.pointer, count: count)
            } else {
                target.update(repeating: 1, count: count)
            }
            for failure in failures { target[failure.row] = 0 }
        }
        vector.errors += failures
        return vector
    }
}

/// Applies a function to each value; inlined into its callers, so that the loop has no calls.
@inline(__always)
func mapped<A, Result: BitwiseCopyable & Sendable>(
    _ values: UnsafePointer<A>, _ count: Int, _ body: (A) -> Result
) -> Buffer<Result> {
    Buffer(count: count) { target in
        for row in 0..<count { target[row] = body(values[row]) }
    }
}

/// Applies a function to pairs of values, with a loop of its own when one side is a constant.
@inline(__always)
func mapped<A, B, Result: BitwiseCopyable & Sendable>(
    _ left: UnsafePointer<A>, _ leftIsConstant: Bool, _ right: UnsafePointer<B>, _ rightIsConstant: Bool, _ count: Int,
    _ body: (A, B) -> Result
) -> Buffer<Result> {
    Buffer(count: count) { target in
        if rightIsConstant {
            let constant = right[0]
            if leftIsConstant {
                let constant = body(left[0], constant)
                for row in 0..<count { target[row] = constant }
            } else {
                for row in 0..<count { target[row] = body(left[row], constant) }
            }
        } else if leftIsConstant {
            let constant = left[0]
            for row in 0..<count { target[row] = body(constant, right[row]) }
        } else {
            for row in 0..<count { target[row] = body(left[row], right[row]) }
        }
    }
}

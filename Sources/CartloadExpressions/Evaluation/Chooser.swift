// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Puts a result together from several vectors, row by row the first whose condition holds.
struct Chooser {
    private let count: Int
    private var vectors: [Vector] = []
    /// For each row the number of the vector that gives its value, or 0 for none yet.
    private var choice: [UInt16]
    private var undecided: Int
    private var errors: [RowError] = []

    init(count: Int) {
        self.count = count
        choice = Array(repeating: 0, count: count)
        undecided = count
    }

    /// Takes the vector's values in the undecided rows in which the condition is true; in all of them without one.
    mutating func take(_ vector: Vector, when condition: Vector?) {
        vectors.append(vector)
        let number = UInt16(truncatingIfNeeded: vectors.count)
        if let condition {
            note(condition.errors, of: condition, chosen: 0)
            for row in 0..<count where choice[row] == 0 {
                if condition.isValid(row), condition.flags[row & condition.mask] != 0 { choice[row] = number }
            }
        } else {
            for row in 0..<count where choice[row] == 0 { choice[row] = number }
        }
        note(vector.errors, of: vector, chosen: number)
    }

    mutating func takeWhereValid(_ vector: Vector) {
        vectors.append(vector)
        let number = UInt16(truncatingIfNeeded: vectors.count)
        note(vector.errors, of: vector, chosen: 0)
        if vector.type == .null { return }
        for row in 0..<count where choice[row] == 0 && vector.isValid(row) { choice[row] = number }
    }

    /// Keeps the errors of rows that were decided by the vector of that number; a row in error stays null.
    private mutating func note(_ found: [RowError], of vector: Vector, chosen number: UInt16) {
        guard !found.isEmpty else { return }
        for error in vector.isConstant ? vector.broadcast(count).errors : found where choice[error.row] == number {
            errors.append(error)
            choice[error.row] = UInt16.max
        }
    }

    func finish(_ type: ValueType) -> Vector {
        let valid = Buffer<UInt8>(count: count) { target in
            for row in 0..<count {
                let number = Int(choice[row])
                target[row] = number > 0 && number <= vectors.count && vectors[number - 1].isValid(row) ? 1 : 0
            }
        }
        let payload: Vector.Payload
        switch type.layout {
        case .none: payload = .none
        case .flags: payload = .flags(gather(0) { $0.flags })
        case .integers: payload = .integers(gather(0) { $0.integers })
        case .numbers: payload = .numbers(gather(0) { $0.numbers })
        case .text:
            var sink = TextSink(count: count, byteCapacity: 16 * count)
            for row in 0..<count {
                if valid[row] != 0 { sink.append(vectors[Int(choice[row]) - 1].bytes(row)) } else { sink.end() }
            }
            var vector = sink.finish(type, validity: valid)
            vector.errors += errors
            return vector
        }
        var vector = Vector(type, payload, validity: valid, count: count)
        vector.errors = errors
        return vector
    }

    private func gather<Value: BitwiseCopyable & Sendable>(
        _ empty: Value, _ values: (Vector) -> UnsafePointer<Value>
    ) -> Buffer<Value> {
        Buffer(count: count) { target in
            target.update(repeating: empty, count: count)
            for (index, vector) in vectors.enumerated() where vector.type != .null {
                let number = UInt16(truncatingIfNeeded: index + 1)
                let source = values(vector)
                let mask = vector.mask
                for row in 0..<count where choice[row] == number { target[row] = source[row & mask] }
            }
        }
    }
}

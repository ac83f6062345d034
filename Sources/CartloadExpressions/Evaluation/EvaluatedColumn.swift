// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// The values of an expression for a batch, and the rows for which it has none.
public struct EvaluatedColumn: Sendable {
    /// A value for each row; null in the rows of ``errors``.
    public let column: Column
    /// Rows whose record must be rejected, ascending, each once.
    public let errors: [RowError]

    init(_ vector: Vector, count: Int) {
        column = vector.column(count: count)
        errors = vector.rowErrors(count: count)
    }
}

extension Vector {
    /// The errors in row order, the first of each row.
    func rowErrors(count: Int) -> [RowError] {
        guard !errors.isEmpty else { return [] }
        let all = isConstant ? broadcast(count).errors : errors
        var last = -1
        return all.enumerated().sorted { ($0.element.row, $0.offset) < ($1.element.row, $1.offset) }.map(\.element)
            .filter { error in
                defer { last = error.row }
                return error.row != last
            }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCompute
internal import CartloadCore

/// Inputs of all records of a call as JSON text, taken out in one pass.
struct InputColumns {
    private let columns: Columns

    /// - Throws: ``WorkerLoss`` when a record is no JSON object, so that it is found and told from the others.
    init(_ names: [String], of records: Rows) throws {
        var found = Diagnostics()
        let projection = Projection(names.map { Projection.Item($0, .raw) })
        let projected = try RecordBatch(.rows(records)).columns(projection, &found)
        guard projected.kept == nil else { throw WorkerLoss(.outOfStep, "a record is no JSON object") }
        columns = projected.columns
    }

    /// Calls the body with each record and the text of one input, which is empty where there is none.
    func forEach(_ input: Int, _ body: (Int, UnsafeRawBufferPointer) throws -> Void) rethrows {
        let column = columns.columns[input]
        guard case .text(let text) = column.values else {
            for record in 0..<columns.count { try body(record, UnsafeRawBufferPointer(start: nil, count: 0)) }
            return
        }
        for record in 0..<columns.count { try body(record, text.value(record)) }
    }

    /// The text of an input of a record; empty when there is none.
    func text(_ input: Int, of record: Int) -> UnsafeRawBufferPointer {
        guard case .text(let text) = columns.columns[input].values else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return text.value(record)
    }
}

// SPDX-License-Identifier: Apache-2.0

// STAND-IN: to be replaced by Core's own conversion of rows to columns.

internal import CartloadCore

extension RecordBatch {
    /// The batch's body as columns, every top-level field.
    func columnsForCSV(_ diagnostics: inout Diagnostics) throws -> Columns {
        guard case .columns(let columns) = body else { preconditionFailure("the stand-in takes columns only") }
        return columns
    }
}

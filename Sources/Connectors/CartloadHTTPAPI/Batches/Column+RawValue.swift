// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension Column {
    /// A cell that holds JSON text, or is typed already.
    func rawValue(_ row: Int) throws -> JSONValue {
        if !isNull(row), type == .json, case .text(let text) = values { return try JSONValue(parsing: text[row]) }
        return jsonValue(row)
    }
}

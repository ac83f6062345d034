// SPDX-License-Identifier: Apache-2.0

internal import CSQLite
internal import CartloadCore
internal import SQLiteDatabase

extension Statement {
    /// What the current row holds in a column.
    func fieldType(_ column: Int) -> FieldType {
        switch sqlite3_column_type(handle, Int32(column)) {
        case SQLITE_INTEGER: .integer
        case SQLITE_FLOAT: .number
        case SQLITE_TEXT: .string
        case SQLITE_BLOB: .binary
        default: .null
        }
    }
}

extension SQLiteStream {
    /// A cursor's value as a checkpoint keeps it: exactly, and so that integer, real and text stay apart.
    func checkpointValue(_ row: Statement, _ column: Int) throws -> JSONValue {
        switch row.fieldType(column) {
        case .integer: return .int(row.int64(column))
        case .number where row.double(column).isFinite: return .double(row.double(column))
        case .string:
            if let text = row.text(column), let value = String(validating: text, as: UTF8.self) {
                return .string(value)
            }
        default: break
        }
        throw CartloadError(
            .sqliteCursor, "the cursor of \"\(relation.name)\" has a value that a checkpoint cannot hold",
            at: Location(source: source.path), advice: "A cursor is an integer, a finite number or text in UTF-8.")
    }

    /// The value to go on after (`cursor`) or to begin at (`start`); nil when there is none.
    func cursorValue(_ batch: BatchDescription, _ name: String = "cursor") throws -> SQLValue? {
        switch batch[name] {
        case nil, .null?: return nil
        case .string(let text)?: return .text(text)
        case .number(let text)?:
            if let integer = Int64(text) { return .integer(integer) }
            if let real = Double(text) { return .real(real) }
        default: break
        }
        throw misfit(Checkpoint(.object(batch.value)))
    }
}

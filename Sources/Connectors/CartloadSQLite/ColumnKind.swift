// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What a column of a table that Cartload made holds, finer than SQLite's types: a digit string and JSON are both TEXT.
enum ColumnKind: String, Sendable {
    /// 0 or 1, stored as integers in a column that says BOOLEAN.
    case boolean
    /// Whole numbers within 64 bits.
    case integer
    /// Floating-point numbers.
    case number
    /// Both, each kept exactly.
    case numeric
    /// Numbers as their digits: decimals, and integers wider than 64 bits.
    case digits
    /// Text, dates and times.
    case string
    /// Numbers and text, each stored as what it is in a column without a type.
    case mixed
    /// JSON text of any value.
    case json

    /// The type in CREATE TABLE. Its affinity never changes a value of the kind.
    var declaration: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .integer: "INTEGER"
        case .number: "REAL"
        case .numeric: "NUMERIC"
        case .digits, .string, .json: "TEXT"
        case .mixed: ""
        }
    }

    /// The kind for a field of a schema; nil when nothing is known of it.
    init?(_ type: FieldType) {
        switch type {
        case .null: return nil
        case .boolean: self = .boolean
        case .integer: self = .integer
        case .number: self = .number
        case .decimal: self = .digits
        case .string, .timestamp, .date, .time, .binary: self = .string
        case .object, .array, .json: self = .json
        }
    }

    /// The kind of the values of a batch's column; nil when all are null.
    init?(_ column: Column) {
        switch column.values {
        case .null: return nil
        case .boolean: self = .boolean
        case .int64: self = .integer
        case .float64: self = .number
        case .text:
            switch column.type {
            case .integer, .number, .decimal: self = .digits
            case .object, .array, .json: self = .json
            default: self = .string
            }
        }
        if column.nullCount == column.count { return nil }
    }

    /// The kind that holds the values of both without changing any; the join that ``FieldType/widened(with:)`` is for
    /// types.
    func widened(with other: ColumnKind) -> ColumnKind {
        if self == other { return self }
        let numbers: Set<ColumnKind> = [.integer, .number, .numeric]
        if numbers.contains(self), numbers.contains(other) { return .numeric }
        if numbers.union([.digits]).isSuperset(of: [self, other]) { return .digits }
        // SQLite keeps a value's own type where the column has none. Digits and booleans would look like text and numbers.
        if numbers.union([.string, .mixed]).isSuperset(of: [self, other]) { return .mixed }
        return .json
    }

    /// SQL that turns a stored value of this kind into one of a wider kind.
    func conversion(of column: String, to wider: ColumnKind) -> String {
        switch (self, wider) {
        case (_, .digits), (.integer, .json), (.number, .json), (.numeric, .json): "cartload_text(\(column))"
        case (.mixed, .json):
            "CASE typeof(\(column)) WHEN 'text' THEN json_quote(\(column)) WHEN 'null' THEN NULL "
                + "ELSE cartload_text(\(column)) END"
        case (.boolean, .json): "CASE \(column) WHEN 0 THEN 'false' WHEN 1 THEN 'true' END"
        case (.string, .json): "CASE WHEN \(column) IS NOT NULL THEN json_quote(\(column)) END"
        default: column
        }
    }
}

/// SQLite's rule for what a column does to the values stored in it.
enum Affinity: Sendable {
    case integer, real, numeric, text, none

    /// From the type in a table's definition, by the rules of SQLite's documentation ("Datatypes", section 3.1).
    init(declared: String, isStrict: Bool = false) {
        let type = declared.uppercased()
        if isStrict, type == "ANY" {
            self = .none
        } else if type.contains("INT") {
            self = .integer
        } else if type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT") {
            self = .text
        } else if type.contains("BLOB") || type.isEmpty {
            self = .none
        } else if type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB") {
            self = .real
        } else {
            self = .numeric
        }
    }
}

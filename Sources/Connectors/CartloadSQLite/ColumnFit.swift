// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// How a batch's column goes into a table's column without a change.
enum ColumnFit {
    /// Bind the values as they are.
    case asIs
    /// Bind them as text in the spelling of this kind.
    case spelledOut(ColumnKind)
    /// The table's column must first become this kind.
    case widen(ColumnKind)
    /// The table's column belongs to someone else and would change them.
    case misfit

    init(_ column: Column, _ kind: ColumnKind, into target: Table.Column) {
        if let held = target.kind {
            self = ColumnFit.into(own: held, target.affinity, column, kind)
        } else {
            self = ColumnFit.into(foreign: target.affinity, column, kind)
        }
    }

    private static func into(own held: ColumnKind, _ affinity: Affinity, _ column: Column, _ kind: ColumnKind)
        -> ColumnFit
    {
        if held == kind { return .asIs }
        switch (held, kind) {
        case (.number, .integer): return column.fitsDouble ? .asIs : .widen(.numeric)
        case (.integer, .number): return column.isWhole ? .asIs : .widen(.numeric)
        case (.numeric, .integer), (.numeric, .number): return .asIs
        case (.mixed, .integer), (.mixed, .number), (.mixed, .string): return .asIs
        case (.digits, .integer), (.digits, .number): return .spelledOut(.digits)
        case (.json, _): return .spelledOut(.json)
        default: return .widen(held.widened(with: kind))
        }
    }

    private static func into(foreign affinity: Affinity, _ column: Column, _ kind: ColumnKind) -> ColumnFit {
        switch (affinity, kind) {
        case (.none, _): .asIs
        case (.text, .boolean), (.text, .integer), (.text, .number): .spelledOut(.string)
        case (.text, _): .asIs
        case (.integer, .boolean), (.integer, .integer): .asIs
        case (.numeric, .boolean), (.numeric, .integer), (.numeric, .number): .asIs
        case (.real, .number): .asIs
        case (.real, .integer): column.fitsDouble ? .asIs : .misfit
        case (.integer, .number): column.isWhole ? .asIs : .misfit
        // The affinity turns text into a number only where it reads as one: a DATETIME column keeps '2026-11-20 10:00'.
        case (.numeric, .string), (.integer, .string), (.real, .string): column.looksNumeric ? .misfit : .asIs
        default: .misfit
        }
    }
}

extension Column {
    /// Whether every integer is the same as a floating-point number.
    fileprivate var fitsDouble: Bool {
        guard case .int64(let values) = values else { return true }
        let limit: UInt64 = 1 << 53
        return (0..<count).allSatisfy { values.pointer[$0].magnitude <= limit || isNull($0) }
    }

    /// Whether every floating-point number is a whole one, `1.0`: an INTEGER column then stores the integer.
    fileprivate var isWhole: Bool {
        guard case .float64(let values) = values else { return true }
        let limit = Double(1 << 53)
        return (0..<count).allSatisfy { row in
            let value = values.pointer[row]
            return isNull(row) || (value.magnitude <= limit && value.rounded(.towardZero) == value)
        }
    }

    /// Whether some text could be read as a number by SQLite; errs on the side of yes.
    fileprivate var looksNumeric: Bool {
        guard case .text(let values) = values else { return false }
        let numeric = Set(" \t\n\r\u{0b}\u{0c}+-.0123456789eE".utf8)
        return (0..<count).contains { row in
            let text = values.value(row)
            return !isNull(row) && text.contains { $0 >= 0x30 && $0 <= 0x39 } && text.allSatisfy(numeric.contains)
                && !text.isCivilDate
        }
    }
}

extension UnsafeRawBufferPointer {
    /// `2026-11-20`: digits and signs, but no number.
    fileprivate var isCivilDate: Bool { count == 10 && self[4] == 0x2d && self[7] == 0x2d }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// What the values of a part of an expression mean.
enum ValueType: Sendable, Hashable {
    case null
    case boolean
    case integer
    case number
    /// Held as text, digit for digit; computed with as a double.
    case decimal(precision: Int?, scale: Int?)
    case text
    /// Microseconds since 1970 UTC.
    case timestamp(zoned: Bool)
    /// Days since 1970.
    case date
    /// JSON text of any kind of value.
    case json

    /// The type of a column's values.
    init(_ column: Column) {
        self =
            switch column.type {
            case .null: .null
            case .boolean: .boolean
            case .integer: if case .text = column.values { .decimal(precision: nil, scale: 0) } else { .integer }
            case .number: if case .text = column.values { .decimal(precision: nil, scale: nil) } else { .number }
            case .decimal(let precision, let scale): .decimal(precision: precision, scale: scale)
            case .string, .time, .binary: .text
            case .timestamp(let zoned): .timestamp(zoned: zoned)
            case .date: .date
            case .object, .array, .json: .json
            }
    }

    /// The type of a field, before any column of it is there.
    init(_ type: FieldType) {
        self =
            switch type {
            case .null: .null
            case .boolean: .boolean
            case .integer: .integer
            case .number: .number
            case .decimal(let precision, let scale): .decimal(precision: precision, scale: scale)
            case .string, .time, .binary: .text
            case .timestamp(let zoned): .timestamp(zoned: zoned)
            case .date: .date
            case .object, .array, .json: .json
            }
    }

    var fieldType: FieldType {
        switch self {
        case .null: .null
        case .boolean: .boolean
        case .integer: .integer
        case .number: .number
        case .decimal(let precision, let scale): .decimal(precision: precision, scale: scale)
        case .text: .string
        case .timestamp(let zoned): .timestamp(zoned: zoned)
        case .date: .date
        case .json: .json
        }
    }

    var isNumeric: Bool {
        switch self {
        case .integer, .number, .decimal: true
        default: false
        }
    }

    var isTemporal: Bool {
        switch self {
        case .timestamp, .date: true
        default: false
        }
    }

    /// How messages name it.
    var name: String { self == .text ? "text" : fieldType.description }

    /// How values are held.
    var layout: Layout {
        switch self {
        case .null: .none
        case .boolean: .flags
        case .integer, .timestamp, .date: .integers
        case .number: .numbers
        case .decimal, .text, .json: .text
        }
    }

    enum Layout { case none, flags, integers, numbers, text }
}

extension ValueType {
    /// The type in which two values are compared, or nil when they cannot be.
    static func compared(_ left: ValueType, _ right: ValueType) -> ValueType? {
        switch (left, right) {
        case let (left, right) where left == right: left == .json ? .text : left
        case (.null, let type), (let type, .null): type
        case (.decimal, let type) where type.isNumeric: .number
        case (let type, .decimal) where type.isNumeric: .number
        case (.integer, .number), (.number, .integer): .number
        case (.boolean, let type) where type.isNumeric: type
        case (let type, .boolean) where type.isNumeric: type
        case (.timestamp(let one), .timestamp(let other)): .timestamp(zoned: one || other)
        case (.timestamp(let zoned), .date), (.date, .timestamp(let zoned)): .timestamp(zoned: zoned)
        // Text and mixed JSON take the other's type, value by value: types are inferred block by block, and one odd
        // record must not stop a run (I9).
        case (.json, .text), (.text, .json): .text
        case (.text, .decimal), (.decimal, .text), (.json, .decimal), (.decimal, .json), (.json, .integer),
            (.integer, .json):
            .number
        case (.text, let type), (let type, .text), (.json, let type), (let type, .json): type
        default: nil
        }
    }

    /// The type that holds the results of either of two branches, or nil when there is none.
    static func unified(_ left: ValueType, _ right: ValueType) -> ValueType? {
        switch (left, right) {
        case let (left, right) where left == right: left
        case (.null, let type), (let type, .null): type
        case (.text, _), (_, .text), (.json, _), (_, .json): .text
        default: compared(left, right)
        }
    }
}

extension ValueType {
    /// The type that the values of a column have before anything is computed: text that is still to be read as its meaning.
    static func held(_ column: Column) -> ValueType {
        let meaning = ValueType(column)
        switch column.values {
        case .null: return .null
        case .boolean: return .boolean
        case .float64: return .number
        case .int64:
            switch meaning {
            case .timestamp, .date: return meaning
            default: return .integer
            }
        case .text:
            switch meaning {
            case .json, .decimal: return meaning
            default: return .text
            }
        }
    }
}

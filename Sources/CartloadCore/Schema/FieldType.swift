// SPDX-License-Identifier: Apache-2.0

/// What the values of a field mean; how a batch holds them is ``Column/Values``.
public indirect enum FieldType: Sendable, Hashable {
    /// Only nulls have been seen, or nothing is known.
    case null
    case boolean
    /// A whole number of any size; within 64 bits it is held as Int64, wider ones keep their digits.
    case integer
    /// A floating-point number.
    case number
    /// A number whose digits matter; always held as text.
    case decimal(precision: Int? = nil, scale: Int? = nil)
    case string
    /// A date and time of day; `zoned` says that values carry an offset or `Z`.
    case timestamp(zoned: Bool)
    case date
    case time
    /// Bytes, written as hexadecimal or base64 text where a format has no bytes.
    case binary
    /// A JSON object with known fields.
    case object(Schema)
    /// A JSON array of one kind of element.
    case array(FieldType)
    /// Any JSON value.
    case json

    /// Whether values are objects, arrays or of mixed kinds, and so travel as JSON text.
    public var isNested: Bool {
        switch self {
        case .object, .array, .json: true
        default: false
        }
    }

    /// Whether values are numbers.
    public var isNumeric: Bool {
        switch self {
        case .integer, .number, .decimal: true
        default: false
        }
    }

    /// The narrowest type that holds the values of both without changing any.
    public func widened(with other: FieldType) -> FieldType {
        switch (self, other) {
        case let (left, right) where left == right: left
        case (.null, let type), (let type, .null): type
        case (.integer, .number), (.number, .integer): .number
        case (.integer, .decimal), (.decimal, .integer), (.number, .decimal), (.decimal, .number), (.decimal, .decimal):
            .decimal()
        case (.timestamp, .timestamp): .timestamp(zoned: false)
        case (.string, .timestamp), (.string, .date), (.string, .time), (.string, .binary),
            (.timestamp, .string), (.date, .string), (.time, .string), (.binary, .string),
            (.date, .timestamp), (.timestamp, .date), (.date, .time), (.time, .date), (.time, .timestamp),
            (.timestamp, .time):
            .string
        case (.object(let left), .object(let right)): .object(left.widened(with: right))
        case (.array(let left), .array(let right)): .array(left.widened(with: right))
        default: .json
        }
    }
}

extension FieldType: CustomStringConvertible {
    /// The name that messages, `cartload check` and `cast` use.
    public var description: String {
        switch self {
        case .null: "null"
        case .boolean: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .decimal(let precision?, let scale?): "decimal(\(precision),\(scale))"
        case .decimal(let precision?, nil): "decimal(\(precision))"
        case .decimal: "decimal"
        case .string: "string"
        case .timestamp(zoned: true): "timestamptz"
        case .timestamp(zoned: false): "timestamp"
        case .date: "date"
        case .time: "time"
        case .binary: "binary"
        case .object: "object"
        case .array(let element): "array<\(element)>"
        case .json: "json"
        }
    }
}

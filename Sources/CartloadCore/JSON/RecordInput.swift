// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// A member that records may have: what it may be, and what it is where a record has none.
public struct RecordInput: Sendable, Hashable {
    public var name: String
    /// JSON text for records without such a member; nil for none.
    public var value: Bytes?
    /// What it may be; empty for anything.
    public var types: Set<JSONType>
    public var isRequired: Bool

    public init(_ name: String, value: Bytes? = nil, types: Set<JSONType> = [], isRequired: Bool = false) {
        self.name = name
        self.value = value
        self.types = types
        self.isRequired = isRequired
    }
}

/// The kinds of JSON values; whole numbers are also numbers.
public enum JSONType: String, Sendable, Hashable, CaseIterable {
    case null, boolean, integer, number, string, array, object

    var bit: UInt32 {
        switch self {
        case .null: CL_JSON_TYPE_NULL.rawValue
        case .boolean: CL_JSON_TYPE_BOOLEAN.rawValue
        case .integer: CL_JSON_TYPE_INTEGER.rawValue
        case .number: CL_JSON_TYPE_NUMBER.rawValue
        case .string: CL_JSON_TYPE_STRING.rawValue
        case .array: CL_JSON_TYPE_ARRAY.rawValue
        case .object: CL_JSON_TYPE_OBJECT.rawValue
        }
    }
}

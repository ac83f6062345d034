// SPDX-License-Identifier: Apache-2.0

/// The fields of a stream's records, in order.
public struct Schema: Sendable {
    /// The fields, each name once.
    public let fields: [Field]
    /// Whether records may hold fields that are not listed here.
    public var isOpen: Bool
    private let positions: [String: Int]

    /// Makes a schema; of fields with the same name the last one counts, in the place of the first.
    public init(_ fields: [Field] = [], isOpen: Bool = false) {
        var unique: [Field] = []
        var positions: [String: Int] = [:]
        for field in fields {
            if let position = positions[field.name] {
                unique[position] = field
            } else {
                positions[field.name] = unique.count
                unique.append(field)
            }
        }
        self.fields = unique
        self.positions = positions
        self.isOpen = isOpen
    }

    /// Where a field stands, or nil when there is none of that name.
    public func index(of name: String) -> Int? { positions[name] }

    /// The names of the fields; nil when nothing at all is known, as of what somebody's program makes of records.
    package var knownNames: [String]? { fields.isEmpty && isOpen ? nil : fields.map(\.name) }

    public subscript(name: String) -> Field? { positions[name].map { fields[$0] } }

    /// The fields of both; a field in both gets the type that holds the values of either (see ``FieldType/widened(with:)``).
    public func widened(with other: Schema) -> Schema {
        var merged = fields
        for field in other.fields {
            if let position = positions[field.name] {
                merged[position] = merged[position].widened(with: field)
            } else {
                var field = field
                field.isNullable = true  // the records before it did not have it
                merged.append(field)
            }
        }
        for (position, field) in fields.enumerated() where other.index(of: field.name) == nil {
            merged[position].isNullable = true
            _ = field
        }
        return Schema(merged, isOpen: isOpen || other.isOpen)
    }
}

extension Schema: Hashable {
    public static func == (left: Schema, right: Schema) -> Bool {
        left.fields == right.fields && left.isOpen == right.isOpen
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(fields)
        hasher.combine(isOpen)
    }
}

/// One named value of a record.
public struct Field: Sendable, Hashable {
    public var name: String
    public var type: FieldType
    /// Whether null, or absence, is allowed.
    public var isNullable: Bool

    public init(_ name: String, _ type: FieldType, isNullable: Bool = true) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
    }

    /// The same field with room for another's values.
    public func widened(with other: Field) -> Field {
        Field(
            name, type.widened(with: other.type),
            isNullable: isNullable || other.isNullable || type == .null || other.type == .null)
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Which fields are wanted as columns, and how.
public struct Projection: Sendable, Hashable {
    /// One wanted column.
    public struct Item: Sendable, Hashable {
        /// How the values are wanted.
        public enum Form: Sendable, Hashable {
            /// As this type; a value that does not fit rejects its record.
            case typed(FieldType)
            /// As the narrowest type that holds every value of the block.
            case inferred
            /// As JSON text, exactly as it was written; the column's type is `json`. Columns that are already typed stay so.
            case raw
        }

        /// The column's name.
        public var name: String
        /// The member names that lead to the value; one for a top-level field.
        public var path: [String]
        public var form: Form

        public init(_ name: String, path: [String]? = nil, _ form: Form = .inferred) {
            self.name = name
            self.path = path ?? [name]
            self.form = form
        }
    }

    /// The wanted columns in order; nil asks for every top-level field that occurs, inferred.
    public var items: [Item]?

    public init(_ items: [Item]) { self.items = items }

    private init() { items = nil }

    /// Every top-level field, inferred.
    public static let all = Projection()

    /// The fields of a schema as its types.
    public init(_ schema: Schema) {
        items = schema.fields.map { Item($0.name, .typed($0.type)) }
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadExpressions

/// Gives fields other types; records with a value that does not fit are rejected.
public struct CastProcessor: Processor {
    /// One field and its new type.
    public struct Cast: Sendable, Hashable {
        public var field: String
        /// The type's name as in `CAST`, such as `decimal(10,2)`.
        public var type: String
        let expression: Expression

        /// - Throws: `CartloadError` when there is no such type.
        public init(_ field: String, _ type: String) throws {
            self.field = field
            self.type = type
            let name = field.replacingQuotes
            expression = try Expression(parsing: "CAST(\"\(name)\" AS \(type))")
        }
    }

    public let casts: [Cast]

    public init(_ casts: [Cast]) { self.casts = casts }

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        // The fields come as they were written, so that no digit is lost before the new type is known.
        var working = try WorkingColumns(batch, all: true, [], &diagnostics)
        var fields: [(name: String, column: Column)] = []
        for name in working.names {
            var column = working.raw([name])
            if let cast = casts.last(where: { $0.field == name }) {
                column = try working.evaluate(cast.expression, over: column, named: name)
            }
            fields.append((name, column))
        }
        return working.finish(fields, &diagnostics)
    }

    public func schema(from input: Schema) throws -> Schema {
        for cast in casts { try input.require(cast.field, for: "cast") }
        let fields = try input.fields.map { field in
            guard let cast = casts.last(where: { $0.field == field.name }) else { return field }
            let only = Schema([field])
            return Field(field.name, try cast.expression.type(over: only), isNullable: field.isNullable)
        }
        return Schema(fields, isOpen: input.isOpen)
    }
}

extension String {
    /// The name inside double quotes.
    var replacingQuotes: String { split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Gives fields new names, in their places.
public struct RenameProcessor: Processor {
    /// New names by old ones.
    public let names: [String: String]

    public init(_ names: [String: String]) { self.names = names }

    private func renamed(_ old: [String]) throws -> [String] {
        var taken: [String: String] = [:]
        return try old.map { name in
            let new = names[name] ?? name
            if let other = taken.updateValue(name, forKey: new) {
                throw CartloadError(
                    .duplicateField, "rename: \"\(other)\" and \"\(name)\" would both be called \"\(new)\"",
                    at: Location(field: name), advice: "Drop one of them first, or choose another name.")
            }
            return new
        }
    }

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        let working = try WorkingColumns(batch, all: true, [], &diagnostics)
        let fields = zip(try renamed(working.names), working.names).map { ($0, working.raw([$1])) }
        return working.finish(fields, &diagnostics)
    }

    public func schema(from input: Schema) throws -> Schema {
        for name in names.keys.sorted() { try input.require(name, for: "rename") }
        let fields = zip(try renamed(input.fields.map(\.name)), input.fields).map { name, field in
            Field(name, field.type, isNullable: field.isNullable)
        }
        return Schema(fields, isOpen: input.isOpen)
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Leaves fields out.
public struct DropProcessor: Processor {
    public let fields: [String]

    public init(_ fields: [String]) { self.fields = fields }

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        let working = try WorkingColumns(batch, all: true, [], &diagnostics)
        let kept = working.names.filter { !fields.contains($0) }
        return working.finish(kept.map { ($0, working.raw([$0])) }, &diagnostics)
    }

    public func schema(from input: Schema) throws -> Schema {
        for field in fields { try input.require(field, for: "drop") }
        return Schema(input.fields.filter { !fields.contains($0.name) }, isOpen: input.isOpen)
    }
}

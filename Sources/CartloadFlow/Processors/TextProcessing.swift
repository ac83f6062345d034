// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadExpressions

/// Rewrites the text of some fields of a batch, value by value; null stays null.
struct TextProcessing: Sendable {
    private let fields: [String]
    private let expressions: [String: Expression]

    init(_ fields: [String]) throws {
        self.fields = fields
        expressions = try Dictionary(
            fields.map { ($0, try Expression(parsing: "CAST(\"\($0.replacingQuotes)\" AS VARCHAR)")) },
            uniquingKeysWith: { first, _ in first })
    }

    func process(
        _ batch: RecordBatch, _ diagnostics: inout Diagnostics,
        _ write: (UnsafeRawBufferPointer, inout BytesBuilder) -> Void
    ) throws -> RecordBatch {
        var working = try WorkingColumns(batch, all: true, [], &diagnostics)
        var result: [(name: String, column: Column)] = []
        for name in working.names {
            var column = working.raw([name])
            if let expression = expressions[name] {
                column = try working.evaluate(expression, over: column, named: name)
                column = rewritten(column, write)
            }
            result.append((name, column))
        }
        return working.finish(result, &diagnostics)
    }

    private func rewritten(
        _ column: Column, _ write: (UnsafeRawBufferPointer, inout BytesBuilder) -> Void
    ) -> Column {
        guard case .text(let text) = column.values else { return .nulls(.string, count: column.count) }
        var builder = TextBuilder(capacity: column.count, byteCapacity: 2 * text.bytes.count)
        for row in 0..<column.count {
            if !column.isNull(row) { write(text.value(row), &builder.bytes) }
            builder.endValue()
        }
        return Column(type: .string, values: .text(builder.finish()), validity: column.validity, count: column.count)
    }

    func schema(from input: Schema, _ processor: String) throws -> Schema {
        for field in fields { try input.require(field, for: processor) }
        return Schema(
            input.fields.map { fields.contains($0.name) ? Field($0.name, .string, isNullable: $0.isNullable) : $0 },
            isOpen: input.isOpen)
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadExpressions

/// Sets fields to the values of expressions: in their places, or behind the others when they are new.
///
/// All expressions see the record as it came in.
public struct SetProcessor: Processor {
    /// One field and what it is set to.
    public struct Assignment: Sendable, Hashable {
        public var field: String
        public var expression: Expression

        public init(_ field: String, _ expression: Expression) {
            self.field = field
            self.expression = expression
        }
    }

    public let assignments: [Assignment]

    public init(_ assignments: [Assignment]) { self.assignments = assignments }

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        let batch = try batch.opened(&diagnostics)
        if case .rows(let rows) = batch.body { return try process(rows, of: batch, &diagnostics) }
        var working = try WorkingColumns(batch, all: true, assignments.map(\.expression), &diagnostics)
        var fields = working.names.map { (name: $0, column: working.raw([$0])) }
        for assignment in assignments { fields.append((assignment.field, try working.evaluate(assignment.expression))) }
        return working.finish(fields, &diagnostics)
    }

    /// Records that are text keep it, and get the new fields behind their own.
    private func process(
        _ rows: Rows, of batch: RecordBatch, _ diagnostics: inout Diagnostics
    ) throws -> RecordBatch {
        var working = try WorkingColumns(batch, all: false, assignments.map(\.expression), &diagnostics)
        let set = try assignments.map { ($0.field, try working.evaluate($0.expression)) }
        let count = working.columns.count
        let added = working.finish(set, &diagnostics)
        var sound = added
        sound.selection = nil
        let texts = try sound.rows(&diagnostics)
        var pairs: [(row: Int, members: Int)] = []
        pairs.reserveCapacity(count)
        for member in 0..<count {
            let position = working.kept?[member] ?? member
            pairs.append((batch.selection?[position] ?? position, member))
        }
        let merged = try rows.adding(texts, names: assignments.map(\.field), to: pairs)
        return RecordBatch(.rows(merged), selection: added.selection, key: batch.key, origin: batch.origin)
    }

    public func schema(from input: Schema) throws -> Schema {
        var fields = input.fields
        for assignment in assignments {
            fields.append(Field(assignment.field, try assignment.expression.type(over: input)))
        }
        return Schema(fields, isOpen: input.isOpen)
    }
}

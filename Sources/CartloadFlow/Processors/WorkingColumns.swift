// SPDX-License-Identifier: Apache-2.0

package import CartloadCore
internal import CartloadExpressions

/// Columns of a batch while a processor works on them: the fields it passes on, as they are, and those it computes with.
struct WorkingColumns {
    let batch: RecordBatch
    let columns: Columns
    /// The positions of the batch that the rows stand for; nil when they are the same.
    let kept: Selection?
    /// The fields of the batch, when all were asked for.
    let names: [String]
    /// Rows that turned out to be wrong, with the reason.
    private var failures: [Int: RowError] = [:]

    /// The name under which a passed field travels, apart from the same field computed with.
    private static func rawName(_ path: [String]) -> String { "\u{0}" + Expression.name(of: path) }

    /// Takes columns out of a batch.
    ///
    /// - Parameters:
    ///   - all: Whether every top-level field is passed on.
    ///   - expressions: What will be evaluated.
    init(
        _ batch: RecordBatch, all: Bool, raw: [[String]] = [], _ expressions: [Expression],
        _ diagnostics: inout Diagnostics
    ) throws {
        // The names of all fields are in the records, which must be open for that.
        let batch = all ? try batch.opened(&diagnostics) : batch
        names = all ? try WorkingColumns.names(of: batch) : []
        let projection = WorkingColumns.projection(raw: names.map { [$0] } + raw, expressions)
        let (opened, projected) = try batch.opened(extracting: projection, &diagnostics)
        self.batch = opened
        columns = projected.columns
        kept = projected.kept
    }

    /// Columns that were taken out before.
    init(_ batch: RecordBatch, _ projected: ProjectedColumns) {
        self.batch = batch
        columns = projected.columns
        kept = projected.kept
        names = []
    }

    /// What to take out of records for fields that are passed on and expressions.
    static func projection(raw: [[String]] = [], _ expressions: [Expression]) -> Projection {
        var items: [Projection.Item] = []
        var known: Set<String> = []
        func add(_ item: Projection.Item) { if known.insert(item.name).inserted { items.append(item) } }
        for path in raw { add(Projection.Item(rawName(path), path: path, .raw)) }
        for expression in expressions {
            if let path = expression.passedField {
                add(Projection.Item(rawName(path), path: path, .raw))
            } else {
                for item in expression.fields { add(item) }
            }
        }
        return Projection(items)
    }

    /// The top-level fields of a batch, in the order of their first occurrence.
    private static func names(of batch: RecordBatch) throws -> [String] {
        if case .columns(let columns) = batch.body { return columns.schema.fields.map(\.name) }
        // What is wrong with records is reported once, when their columns are taken.
        var ignored = Diagnostics()
        return try batch.columns(.all, &ignored).columns.schema.fields.map(\.name)
    }

    /// A field as it came.
    func raw(_ path: [String]) -> Column { columns[WorkingColumns.rawName(path)] ?? .nulls(count: columns.count) }

    /// The value of an expression; rows without one are left out at the end.
    mutating func evaluate(_ expression: Expression) throws -> Column {
        if let path = expression.passedField { return raw(path) }
        let evaluated = try expression.evaluate(over: columns)
        note(evaluated.errors)
        return evaluated.column
    }

    /// An expression over a single column that is already there.
    mutating func evaluate(_ expression: Expression, over column: Column, named name: String) throws -> Column {
        let columns = Columns(schema: Schema([Field(name, column.type)]), columns: [column], count: column.count)
        let evaluated = try expression.evaluate(over: columns)
        note(evaluated.errors.map { RowError(row: $0.row, message: "\(name): \($0.message)") })
        return evaluated.column
    }

    mutating func note(_ errors: [RowError]) {
        for error in errors where failures[error.row] == nil { failures[error.row] = error }
    }

    /// The rows that are not wrong; nil for all.
    private var sound: [Int32]? {
        failures.isEmpty ? nil : (0..<columns.count).filter { failures[$0] == nil }.map { Int32($0) }
    }

    private func report(_ diagnostics: inout Diagnostics) {
        for (row, error) in failures.sorted(by: { $0.key < $1.key }) {
            diagnostics.reject(batch.rejection(of: kept?[row] ?? row, .expressionValue, error.message))
        }
    }

    /// The batch of new columns, without the rows that are wrong.
    func finish(_ fields: [(name: String, column: Column)], _ diagnostics: inout Diagnostics) -> RecordBatch {
        var schema: [Field] = []
        var columns: [Column] = []
        var places: [String: Int] = [:]
        for (name, column) in fields {
            if let place = places[name] {
                schema[place] = Field(name, column.type)
                columns[place] = column
            } else {
                places[name] = schema.count
                schema.append(Field(name, column.type))
                columns.append(column)
            }
        }
        report(&diagnostics)
        return RecordBatch(
            .columns(Columns(schema: Schema(schema), columns: columns, count: self.columns.count)),
            selection: sound.map { .rows($0) }, key: batch.key, origin: batch.origin)
    }
}

extension RecordBatch {
    /// A finding about one record, with its text.
    package func rejection(of position: Int, _ code: CartloadError.Code, _ message: String) -> Diagnostic {
        let row = selection?[position] ?? position
        var location = origin
        if let first = origin.record { location.record = first + row }
        if row > 0 { (location.line, location.byte) = (nil, nil) }  // those of the first record
        let text: Bytes
        if case .rows(let rows) = body {
            location = rows.location(ofRow: row, origin: origin)
            text = rows[row]
        } else {
            var builder = BytesBuilder()
            var ends: [Int32]?
            var ignored = Diagnostics()
            var one = self
            one.selection = .range(row..<row + 1)
            if case .columns(let columns) = body {
                one = RecordBatch(.columns(columns.selecting(.range(row..<row + 1))))
            }
            one.writeJSONLines(into: &builder, recordEnds: &ends, &ignored)
            builder.truncate(to: max(0, builder.count - 1))
            text = builder.finish()
        }
        return Diagnostic(code, message, at: location, record: text.count > 65_536 ? text[0..<65_536] : text)
    }
}

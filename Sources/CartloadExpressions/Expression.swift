// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A SQL scalar expression over the fields of records, such as `active AND amount >= 100`.
///
/// It is parsed once, bound once for each set of column types that it meets, and evaluated a batch at a time. The
/// language is described in `Docs/expressions.md`.
public struct Expression: Sendable {
    /// The expression as it was written.
    public let text: String
    let syntax: Syntax
    /// The fields that it uses, each once, in the order of writing.
    public let paths: [[String]]
    private let bindings = Bindings()

    /// Parses an expression.
    ///
    /// - Throws: `CartloadError` with code `expression.syntax` or `expression.function`, showing the place.
    public init(parsing text: String) throws {
        self.init(text, try Parser.expression(text))
    }

    /// The value of a field, whatever its name.
    public init(field path: [String]) {
        self.init(Expression.name(of: path), .field(path, offset: 0))
    }

    init(_ text: String, _ syntax: Syntax) {
        self.text = text
        self.syntax = syntax
        var paths: [[String]] = []
        syntax.forEachField { path, _ in if !paths.contains(path) { paths.append(path) } }
        self.paths = paths
    }

    /// The path of the field that it only passes on, or nil when it computes something.
    public var passedField: [String]? {
        if case .field(let path, _) = syntax { path } else { nil }
    }

    /// The columns that ``evaluate(over:)`` needs.
    ///
    /// A field that is only passed on is asked for raw, so that its text stays as it is; one that is computed with is asked
    /// for as the narrowest type.
    public var fields: [Projection.Item] {
        paths.map { Projection.Item(Expression.name(of: $0), path: $0, passedField == nil ? .inferred : .raw) }
    }

    /// The columns that it needs of records with a known schema: each field as its declared type.
    public func fields(in schema: Schema) -> [Projection.Item] {
        fields.map { item in
            guard item.form == .inferred, let type = Expression.type(at: item.path, in: schema), type != .null,
                !type.isNested
            else { return item }
            return Projection.Item(item.name, path: item.path, .typed(type))
        }
    }

    /// How the column of a path is called in a projection: names joined by dots, quoted where they have dots themselves.
    public static func name(of path: [String]) -> String {
        guard path.count > 1 else { return path.first ?? "" }
        return path.map { $0.contains(".") ? "\"\($0)\"" : $0 }.joined(separator: ".")
    }

    /// Computes the value for every row.
    ///
    /// - Parameter columns: A column for each of ``fields``, by name; a missing one counts as null.
    /// - Throws: `CartloadError` with code `expression.type` when the types of the columns do not fit.
    public func evaluate(over columns: Columns) throws -> EvaluatedColumn {
        if let path = passedField, let column = columns[Expression.name(of: path)] {
            return EvaluatedColumn(passing: column)
        }
        return EvaluatedColumn(try vector(over: columns), count: columns.count)
    }

    /// Finds the rows for which the expression is true; neither false nor null.
    ///
    /// - Returns: The rows, ascending, or nil when it is true for all; and the rows that must be rejected.
    public func selection(over columns: Columns) throws -> (rows: [Int32]?, errors: [RowError]) {
        let binding = try binding(for: columns)
        let bound = try Binder(text: text, fields: [:]).convert(binding, to: .boolean, at: syntax.offset)
        let vector = Evaluator(inputs: inputs(columns), count: columns.count).evaluate(bound)
        let errors = vector.rowErrors(count: columns.count)
        return (vector.trueRows(count: columns.count), errors)
    }

    /// The type of the result for records with a schema.
    ///
    /// - Throws: `CartloadError` when a field does not exist in a closed schema or types do not fit.
    public func type(over schema: Schema) throws -> FieldType {
        try syntax.forEachField { path, offset in
            guard schema[path[0]] == nil, !schema.isOpen else { return }
            let near = path[0].nearest(in: schema.fields.map(\.name))
            throw CartloadError.expression(
                .expressionField, "there is no field \"\(path[0])\"", in: text, at: offset,
                advice: near.map { "Did you mean \"\($0)\"?" }
                    ?? "Fields are \(schema.fields.map(\.name).joined(separator: ", ")).")
        }
        if let path = passedField { return Expression.type(at: path, in: schema) ?? .json }
        var fields: [[String]: (index: Int, column: ValueType, meaning: ValueType)] = [:]
        for (index, path) in paths.enumerated() {
            let type = ValueType(Expression.type(at: path, in: schema) ?? .json)
            fields[path] = (index, type, type)
        }
        return try Binder(text: text, fields: fields).bind(syntax).type.fieldType
    }

    private static func type(at path: [String], in schema: Schema) -> FieldType? {
        guard let field = schema[path[0]] else { return nil }
        if path.count == 1 { return field.type }
        guard case .object(let inner) = field.type else { return nil }
        return type(at: Array(path.dropFirst()), in: inner)
    }

    private func inputs(_ columns: Columns) -> [Vector] {
        paths.map { path in
            columns[Expression.name(of: path)].map { Vector($0) } ?? .null(.null)
        }
    }

    private func vector(over columns: Columns) throws -> Vector {
        Evaluator(inputs: inputs(columns), count: columns.count).evaluate(try binding(for: columns))
    }

    /// The bound form for columns of these types, made when they are met first.
    private func binding(for columns: Columns) throws -> Bound {
        let shapes = paths.map { path -> Bindings.Shape in
            guard let column = columns[Expression.name(of: path)] else { return Bindings.Shape(.null, .null) }
            return Bindings.Shape(ValueType.held(column), ValueType(column))
        }
        return try bindings.bound(for: shapes) {
            var fields: [[String]: (index: Int, column: ValueType, meaning: ValueType)] = [:]
            for (index, path) in paths.enumerated() {
                fields[path] = (index, shapes[index].held, shapes[index].meaning)
            }
            return try Binder(text: text, fields: fields).bind(syntax)
        }
    }
}

extension Expression: Hashable, CustomStringConvertible {
    public static func == (left: Expression, right: Expression) -> Bool { left.syntax == right.syntax }
    public func hash(into hasher: inout Hasher) { hasher.combine(syntax) }
    public var description: String { text }
}

extension EvaluatedColumn {
    /// A column as it came.
    init(passing column: Column) {
        self.column = column
        errors = []
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Makes blocks of records, a column at a time.
struct RecordGenerator: Sendable {
    let schema: Schema
    private let fields: [FieldGenerator]
    /// Whether an expression can ask for the record's number: not when a field is called so.
    private let hasNumber: Bool

    static let numberName = "n"

    init(_ options: GeneratorOptions) throws {
        hasNumber = !options.fields.contains { $0.name == RecordGenerator.numberName }
        var before = hasNumber ? [Field(RecordGenerator.numberName, .integer, isNullable: false)] : []
        var fields: [FieldGenerator] = []
        for field in options.fields {
            guard !fields.contains(where: { $0.field.name == field.name }) else {
                throw CartloadError(.generatedField, "there are two fields \"\(field.name)\"")
            }
            let generator = try FieldGenerator(field, seed: options.seed, before: Schema(before))
            var isNullable = field.nulls > 0
            switch field.generator {
            case .expression: isNullable = true
            case .choice: isNullable = isNullable || generator.type == .json
            default: break
            }
            before.append(Field(field.name, generator.type, isNullable: isNullable))
            fields.append(generator)
        }
        self.fields = fields
        schema = Schema(hasNumber ? Array(before.dropFirst()) : before)
    }

    /// The records with these numbers, which count from 0.
    func records(_ numbers: Range<Int>, source: String) throws -> RecordBatch {
        var columns: [Column] = []
        var names: [Field] = []
        if hasNumber, fields.contains(where: \.isComputed) {
            names.append(Field(RecordGenerator.numberName, .integer, isNullable: false))
            let buffer = Buffer<Int64>(count: numbers.count) { values in
                for (row, number) in numbers.enumerated() { values[row] = Int64(number) + 1 }
            }
            columns.append(Column(type: .integer, values: .int64(buffer), count: numbers.count))
        }
        let hidden = columns.count
        for (field, declared) in zip(fields, schema.fields) {
            let before = Columns(schema: Schema(names), columns: columns, count: numbers.count)
            columns.append(try field.column(numbers, before: before))
            names.append(declared)
        }
        return RecordBatch(
            .columns(Columns(schema: schema, columns: Array(columns[hidden...]), count: numbers.count)),
            origin: Location(source: source, record: numbers.lowerBound + 1))
    }

    /// About how many bytes a record has as JSON text.
    var recordBytes: Int {
        2
            + fields.reduce(0) { sum, field in
                sum + field.field.name.utf8.count + 4 + (field.type == .string ? 24 : 12)
            }
    }
}

extension FieldGenerator {
    /// Whether it needs the fields before it.
    var isComputed: Bool { if case .expression = field.generator { true } else { false } }
}

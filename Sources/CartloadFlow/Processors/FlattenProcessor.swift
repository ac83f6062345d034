// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Turns the members of nested objects into fields of their own, named by their path; arrays stay JSON text.
public struct FlattenProcessor: Processor {
    public let separator: String
    /// How many levels of objects are opened.
    public let maximumDepth: Int
    /// Whether what stays nested, such as arrays, becomes a string of its JSON text.
    public let writesText: Bool

    public init(separator: String = "__", maximumDepth: Int = 16, writesText: Bool = false) throws {
        guard maximumDepth >= 1, maximumDepth <= 64 else {
            throw CartloadError(.processorSetting, "flatten: max_depth must be from 1 to 64")
        }
        self.separator = separator
        self.maximumDepth = maximumDepth
        self.writesText = writesText
    }

    public func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        let working = try WorkingColumns(batch, all: true, [], &diagnostics)
        var fields: [(name: String, column: Column)] = []
        for name in working.names { try flatten(name, working.raw([name]), maximumDepth, &fields, &diagnostics) }
        var names: Set<String> = []
        for field in fields where !names.insert(field.name).inserted { throw duplicate(field.name) }
        return working.finish(fields, &diagnostics)
    }

    private func duplicate(_ name: String) -> CartloadError {
        CartloadError(
            .duplicateField, "flatten: two fields would be called \"\(name)\"", at: Location(field: name),
            advice: "Rename or drop one of them first, or choose another separator.")
    }

    private func flatten(
        _ name: String, _ column: Column, _ depth: Int, _ fields: inout [(name: String, column: Column)],
        _ diagnostics: inout Diagnostics
    ) throws {
        guard depth > 0, column.type.isNested, case .text(let text) = column.values else {
            return fields.append((name, leaf(column)))
        }
        var places: [RowPlace] = []
        var rows = [Int32](repeating: -1, count: column.count)
        var others: [Int32] = []
        var hasOthers = false
        for row in 0..<column.count {
            let value = text.value(row)
            if !column.isNull(row), FlattenProcessor.hasMembers(value) {
                rows[row] = Int32(places.count)
                let start = UInt32(text.offsets[row])
                places.append(RowPlace(start: start, end: start + UInt32(value.count)))
                others.append(-1)
            } else {
                others.append(Int32(row))
                hasOthers = hasOthers || !column.isNull(row)
            }
        }
        guard !places.isEmpty else { return fields.append((name, leaf(column))) }
        // Values that are not objects keep the field's own name.
        if hasOthers { fields.append((name, leaf(column.rearranged(others)))) }
        let objects = RecordBatch(.rows(Rows(bytes: text.bytes, places: Buffer(places), isLineFed: false)))
        let members = try WorkingColumns(objects, all: true, [], &diagnostics)
        for member in members.names {
            let inner = members.raw([member]).rearranged(rows)
            try flatten(name + separator + member, inner, depth - 1, &fields, &diagnostics)
        }
    }

    /// A field that is not opened further.
    private func leaf(_ column: Column) -> Column {
        guard writesText, column.type.isNested, case .text(let text) = column.values else { return column }
        var builder = TextBuilder(capacity: column.count, byteCapacity: text.bytes.count * 2)
        for row in 0..<column.count {
            let value = text.value(row)
            switch value.first(where: { $0 > 0x20 }) {
            case UInt8(ascii: "{")?, UInt8(ascii: "[")?: builder.append(jsonString: value)
            default: builder.append(value)
            }
        }
        return Column(
            type: .json, values: .text(builder.finish()), validity: column.validity, count: column.count)
    }

    /// Whether a JSON text is an object that is not empty.
    private static func hasMembers(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let first = text.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{") else { return false }
        return text.contains(UInt8(ascii: ":"))
    }

    public func schema(from input: Schema) throws -> Schema {
        var fields: [Field] = []
        var isOpen = input.isOpen
        func add(_ field: Field, _ prefix: String, _ depth: Int, _ isNullable: Bool) {
            let name = prefix + field.name
            let isNullable = isNullable || field.isNullable
            if depth > 0, case .object(let inner) = field.type, !inner.fields.isEmpty {
                isOpen = isOpen || inner.isOpen
                for member in inner.fields { add(member, name + separator, depth - 1, isNullable) }
            } else {
                // Objects with unknown members bring fields that no schema lists.
                if depth > 0, field.type == .json { isOpen = true }
                let isText = writesText && field.type.isNested && field.type != .json
                fields.append(Field(name, isText ? .string : field.type, isNullable: isNullable))
            }
        }
        for field in input.fields { add(field, "", maximumDepth, false) }
        var names: Set<String> = []
        for field in fields where !names.insert(field.name).inserted { throw duplicate(field.name) }
        return Schema(fields, isOpen: isOpen)
    }
}

extension Column {
    /// The values of rows in any order; a negative row gives a null.
    fileprivate func rearranged(_ rows: [Int32]) -> Column {
        rows.withUnsafeBufferPointer { gather($0) }
    }
}

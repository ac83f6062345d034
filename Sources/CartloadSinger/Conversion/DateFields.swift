// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The dates that a schema has, in objects within records too, and a way to replace those that are none.
struct DateFields: Sendable {
    /// One of them.
    struct Member: Sendable {
        let path: [String]
        /// A date without a time of day.
        let isDate: Bool
        let isNullable: Bool
    }

    private indirect enum Node: Sendable {
        case date(isDate: Bool)
        case object(DateFields)
    }

    private(set) var members: [Member] = []
    private var nodes: [String: Node] = [:]

    init(_ schema: Schema, keys: [String] = [], path: [String] = []) {
        for field in schema.fields {
            let own = path + [field.name]
            switch field.type {
            case .timestamp, .date:
                let isDate = field.type == .date
                members.append(
                    Member(path: own, isDate: isDate, isNullable: field.isNullable && !keys.contains(field.name)))
                nodes[field.name] = .date(isDate: isDate)
            case .object(let inner):
                let inner = DateFields(inner, path: own)
                guard !inner.members.isEmpty else { continue }
                members += inner.members
                nodes[field.name] = .object(inner)
            default: break
            }
        }
    }

    /// Whether a value is fine: anything that is no text, and every date and time from the year 1 to 9999.
    static func isValid(_ column: Column, _ row: Int) -> Bool {
        guard !column.isNull(row), case .text(let text) = column.values else { return true }
        let value = text.value(row)
        return column.type.isNested ? isValid(json: value) : Instant(utf8: value) != nil
    }

    private static func isValid(json value: UnsafeRawBufferPointer) -> Bool {
        guard value.first == UInt8(ascii: "\"") else { return true }
        let content = UnsafeRawBufferPointer(rebasing: value.dropFirst().dropLast())
        guard content.contains(UInt8(ascii: "\\")) else { return Instant(utf8: content) != nil }
        let text = (try? JSONValue(parsing: Bytes(copying: value)))?.stringValue
        return text.flatMap { Instant($0) } != nil
    }

    /// Appends an object with what takes the place of each text that is no date; all else stays as it is written.
    func copy(_ object: Bytes, replacing treatment: InvalidDates, into output: inout BytesBuilder) {
        object.withUnsafeBytes { text in
            guard let start = text.firstIndex(where: { $0 > 0x20 }), text[start] == UInt8(ascii: "{") else {
                return output.append(text)
            }
            var copied = 0
            replace(text, from: start, treatment, &copied, into: &output)
            output.append(UnsafeRawBufferPointer(rebasing: text[copied...]))
        }
    }

    /// - Parameter copied: Up to where the text has been appended.
    /// - Returns: The offset after the object.
    @discardableResult
    private func replace(
        _ text: UnsafeRawBufferPointer, from start: Int, _ treatment: InvalidDates, _ copied: inout Int,
        into output: inout BytesBuilder
    ) -> Int {
        var at = start + 1
        while at < text.count, text[at] != UInt8(ascii: "}") {
            guard text[at] == UInt8(ascii: "\"") else {  // white space and commas
                at += 1
                continue
            }
            let key = at
            at = ObjectText.endOfString(text, at)
            let node = nodes[ObjectText.name(text, key..<at)]
            while at < text.count, text[at] != UInt8(ascii: ":") { at += 1 }
            at += 1
            while at < text.count, text[at] <= 0x20 { at += 1 }
            let value = at
            at = ObjectText.endOfValue(text, at)
            switch node {
            case nil: break
            case .object(let inner):
                guard value < text.count, text[value] == UInt8(ascii: "{") else { break }
                inner.replace(text, from: value, treatment, &copied, into: &output)
            case .date(let isDate):
                guard !DateFields.isValid(json: UnsafeRawBufferPointer(rebasing: text[value..<at])) else { break }
                output.append(UnsafeRawBufferPointer(rebasing: text[copied..<value]))
                if let replacement = treatment.text(isDate: isDate) {
                    output.append(UInt8(ascii: "\""))
                    output.append(replacement)
                    output.append(UInt8(ascii: "\""))
                } else {
                    output.append("null" as StaticString)
                }
                copied = at
            }
        }
        return at + 1
    }

    /// A column of the records with the same done to its values in some rows.
    func replaced(
        _ column: Column, of field: String, in rows: Set<Int>, _ treatment: InvalidDates
    ) -> Column {
        guard let node = nodes[field], case .text(let text) = column.values else { return column }
        var builder = TextBuilder(capacity: column.count, byteCapacity: text.bytes.count)
        var validity: [Bool] = []
        validity.reserveCapacity(column.count)
        for row in 0..<column.count {
            let value = text.value(row)
            var isNull = column.isNull(row)
            switch node {
            case _ where isNull || !rows.contains(row): builder.append(value)
            case .object(let inner):
                var one = BytesBuilder()
                inner.copy(Bytes(copying: value), replacing: treatment, into: &one)
                one.withUnsafeBytes { builder.append($0) }
            case .date where DateFields.isValid(column, row): builder.append(value)
            case .date(let isDate):
                let replacement = treatment.text(isDate: isDate).map { "\($0)" }
                isNull = replacement == nil
                builder.append(replacement.map { column.type.isNested ? "\"\($0)\"" : $0 } ?? "")
            }
            validity.append(!isNull)
        }
        return Column(
            type: column.type, values: .text(builder.finish()),
            validity: validity.contains(false) ? Bitmap(validity) : nil, count: column.count)
    }
}

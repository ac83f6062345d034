// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Copies JSON objects without some of their members.
///
/// The text has been checked before, so finding the ends of values is counting brackets outside strings.
struct MemberFilter: Sendable, Hashable {
    private var removed: Set<String> = []
    private var inner: [String: MemberFilter] = [:]

    init(removing paths: [[String]]) {
        for path in paths { remove(path[...]) }
    }

    private mutating func remove(_ path: ArraySlice<String>) {
        guard let first = path.first else { return }
        if path.count == 1 {
            removed.insert(first)
        } else {
            inner[first, default: MemberFilter(removing: [])].remove(path.dropFirst())
        }
    }

    func removes(_ name: String) -> Bool { removed.contains(name) }

    /// What is removed within a member; nil for nothing.
    func inner(_ name: String) -> MemberFilter? { removed.contains(name) ? nil : inner[name] }

    func schema(from schema: Schema) -> Schema {
        Schema(
            schema.fields.filter { !removed.contains($0.name) }.map { field in
                guard case .object(let fields) = field.type, let inner = inner[field.name] else { return field }
                return Field(field.name, .object(inner.schema(from: fields)), isNullable: field.isNullable)
            }, isOpen: schema.isOpen)
    }

    /// A column of JSON texts, each without the members.
    func filtered(_ column: Column) -> Column {
        guard case .text(let text) = column.values, column.type.isNested else { return column }
        var builder = TextBuilder(capacity: column.count, byteCapacity: text.bytes.count)
        var one = BytesBuilder()
        for row in 0..<column.count {
            if column.isNull(row) {
                builder.appendEmpty()
                continue
            }
            one.truncate()
            copy(Bytes(copying: text.value(row)), into: &one)
            one.withUnsafeBytes { builder.append($0) }
        }
        return Column(
            type: column.type, values: .text(builder.finish()), validity: column.validity, count: column.count)
    }

    /// Appends a value; what is no object stays as it is.
    func copy(_ value: Bytes, into output: inout BytesBuilder) {
        value.withUnsafeBytes { text in
            guard let start = text.firstIndex(where: { $0 > 0x20 }), text[start] == UInt8(ascii: "{") else {
                return output.append(text)
            }
            copyObject(text, from: start, into: &output)
        }
    }

    private func copyObject(_ text: UnsafeRawBufferPointer, from start: Int, into output: inout BytesBuilder) {
        var at = start + 1
        var isFirst = true
        output.append(UInt8(ascii: "{"))
        while at < text.count {
            let byte = text[at]
            if byte == UInt8(ascii: "}") { break }
            guard byte == UInt8(ascii: "\"") else {  // white space and commas
                at += 1
                continue
            }
            let key = at
            at = ObjectText.endOfString(text, at)
            let name = ObjectText.name(text, key..<at)
            while at < text.count, text[at] != UInt8(ascii: ":") { at += 1 }
            at += 1
            while at < text.count, text[at] <= 0x20 { at += 1 }
            let value = at
            at = ObjectText.endOfValue(text, at)
            if removed.contains(name) { continue }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            if let filter = inner[name], value < text.count, text[value] == UInt8(ascii: "{") {
                output.append(UnsafeRawBufferPointer(rebasing: text[key..<value]))
                filter.copyObject(text, from: value, into: &output)
            } else {
                output.append(UnsafeRawBufferPointer(rebasing: text[key..<at]))
            }
        }
        output.append(UInt8(ascii: "}"))
    }
}

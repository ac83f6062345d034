// SPDX-License-Identifier: Apache-2.0

// DELETE AT MERGE: stands in for CartloadCore's conversions between rows and columns, for batches of columns only.

package import CartloadCore

package struct ProjectedColumns: Sendable {
    package let columns: Columns
    package let kept: Selection?
}

extension RecordBatch {
    package func columns(_ projection: Projection, _ diagnostics: inout Diagnostics) throws -> ProjectedColumns {
        guard case .columns(let all) = body else {
            throw CartloadError(.init("until-merged"), "only columns until the merge")
        }
        let chosen = selection.map { all.selecting($0) } ?? all
        guard let items = projection.items else { return ProjectedColumns(columns: chosen, kept: nil) }
        var fields: [Field] = []
        var columns: [Column] = []
        for item in items {
            let column = item.path.count == 1 ? chosen[item.path[0]] : nil
            fields.append(Field(item.name, column?.type ?? .null))
            columns.append(column ?? .nulls(count: chosen.count))
        }
        return ProjectedColumns(
            columns: Columns(schema: Schema(fields), columns: columns, count: chosen.count), kept: nil)
    }

    package func writeJSONLines(
        into output: inout BytesBuilder, recordEnds: inout [Int32]?, _ diagnostics: inout Diagnostics
    ) {
        guard case .columns(let columns) = body else { return }
        for row in (0..<(count ?? 0)).map({ selection?[$0] ?? $0 }) {
            output.append("{")
            for (index, column) in columns.columns.enumerated() {
                output.append("\(index > 0 ? "," : "")\"\(columns.schema.fields[index].name)\":\(column.json(row))")
            }
            output.append("}\n")
            recordEnds?.append(Int32(output.count))
        }
    }
}

extension Columns {
    package func selecting(_ selection: Selection) -> Columns {
        Columns(schema: schema, columns: columns.map { $0.selecting(selection) }, count: selection.count)
    }
}

extension Column {
    fileprivate func json(_ row: Int) -> String {
        if isNull(row) { return "null" }
        switch values {
        case .null: return "null"
        case .boolean(let bits): return "\(bits[row])"
        case .int64(let buffer): return "\(buffer[row])"
        case .float64(let buffer): return "\(buffer[row])"
        case .text(let text): return type.isNested || type.isNumeric ? text[row] : "\"\(text[row])\""
        }
    }

    package func selecting(_ selection: Selection) -> Column {
        let rows = (0..<selection.count).map { selection[$0] }
        return rows.map { Int32($0) }.withUnsafeBufferPointer { gather($0) }
    }

    package func gather(_ rows: UnsafeBufferPointer<Int32>) -> Column {
        let present = rows.map { $0 >= 0 && !isNull(Int($0)) }
        let values: Values
        switch self.values {
        case .null: values = .null
        case .boolean(let bits): values = .boolean(Bitmap(rows.map { $0 >= 0 && bits[Int($0)] }))
        case .int64(let buffer): values = .int64(Buffer(rows.map { $0 < 0 ? 0 : buffer[Int($0)] }))
        case .float64(let buffer): values = .float64(Buffer(rows.map { $0 < 0 ? 0 : buffer[Int($0)] }))
        case .text(let text):
            var builder = TextBuilder()
            for row in rows { builder.append(row < 0 ? "" : text[Int(row)]) }
            values = .text(builder.finish())
        }
        return Column(
            type: type, values: values, validity: present.contains(false) ? Bitmap(present) : nil, count: rows.count)
    }
}

extension Configuration.Positions {
    /// Where a path, or the nearest part of the file around it, stands.
    func location(of path: String) -> Location {
        var path = path
        while true {
            if let line = lines[path] { return Location(source: source, line: line) }
            guard let dot = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return Location(source: source) }
            path = String(path[..<dot])
        }
    }
}

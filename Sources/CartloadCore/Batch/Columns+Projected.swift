// SPDX-License-Identifier: Apache-2.0

extension Columns {
    /// Picks, reaches into and casts columns as a projection wants them.
    package func projected(
        _ projection: Projection, selection: Selection?, origin: Location, _ diagnostics: inout Diagnostics
    ) throws -> ProjectedColumns {
        let chosen = selection.map { selecting($0) } ?? self
        guard let items = projection.items else { return ProjectedColumns(columns: try chosen.inferred(&diagnostics)) }
        var fields: [Field] = []
        var picked: [Column] = []
        var isRejected: [Bool]?
        for item in items {
            var column = try chosen.column(at: item.path, item.form, &diagnostics)
            if let type = item.form.wantedType {
                let cast = column.cast(to: type)
                column = cast.column
                for row in cast.failures where isRejected?[row] != true {
                    if isRejected == nil { isRejected = Array(repeating: false, count: chosen.count) }
                    isRejected?[row] = true
                    var location = origin
                    location.field = item.name
                    if let first = origin.record { location.record = first + (selection?[row] ?? row) }
                    diagnostics.reject(
                        Diagnostic(
                            .wrongRecordType, "the value does not fit the type \(type)", at: location,
                            record: chosen.excerpt(ofRow: row)))
                }
            }
            fields.append(Field(item.name, column.type))
            picked.append(column)
        }
        let all = Columns(projected: fields, picked, count: chosen.count)
        guard let isRejected else { return ProjectedColumns(columns: all) }
        let kept = Selection.rows((0..<chosen.count).lazy.filter { !isRejected[$0] }.map { Int32($0) })
        return ProjectedColumns(columns: all.selecting(kept), kept: kept)
    }

    private func column(
        at path: [String], _ form: Projection.Item.Form, _ diagnostics: inout Diagnostics
    ) throws -> Column {
        guard let name = path.first, let column = self[name] else { return .nulls(count: count) }
        if path.count == 1 {
            guard form == .inferred, column.type == .json else { return column }
            let one = Columns(schema: Schema([Field(name, .json)]), columns: [column], count: count)
            return try one.inferred(&diagnostics).columns[0]
        }
        return try column.member(at: Array(path.dropFirst()), form, &diagnostics)
    }

    /// One record as JSON text, for diagnostics.
    package func excerpt(ofRow row: Int) -> Bytes {
        var text = BytesBuilder()
        var ignored = Diagnostics()
        RecordBatch(.columns(self), selection: .range(row..<row + 1)).writeJSONLines(into: &text, &ignored)
        text.truncate(to: min(max(text.count - 1, 0), Diagnostic.recordLimit))
        return text.finish()
    }
}

extension Column {
    /// A member of the objects that the column holds as JSON text; null where there is no object or no such member.
    fileprivate func member(
        at path: [String], _ form: Projection.Item.Form, _ diagnostics: inout Diagnostics
    ) throws -> Column {
        guard case .text(let text) = values, type.isNested else { return .nulls(count: count) }
        var places: [RowPlace] = []
        var back = [Int32](repeating: -1, count: count)
        for row in 0..<count where !isNull(row) {
            let value = text.value(row)
            guard value.first == UInt8(ascii: "{") else { continue }
            back[row] = Int32(places.count)
            let start = UInt32(text.offsets.pointer[row])
            places.append(RowPlace(start: start, end: start + UInt32(value.count)))
        }
        let rows = Rows(bytes: text.bytes, places: Buffer(places), isLineFed: false)
        // Types are checked afterwards, together with those of the other columns.
        let extracted = try rows.columns(
            Projection([Projection.Item("", path: path, form == .raw ? .raw : .inferred)]), selection: nil,
            origin: Location(), &diagnostics)
        // Text that turns out not to be JSON gives no member.
        var positions = [Int32](repeating: -1, count: places.count)
        if let kept = extracted.kept {
            for position in 0..<kept.count { positions[kept[position]] = Int32(position) }
            back = back.map { $0 < 0 ? -1 : positions[Int($0)] }
        }
        return back.withUnsafeBufferPointer { extracted.columns.columns[0].gather($0) }
    }
}

extension Projection.Item.Form {
    /// The type to which a column that already has one is cast; nil to leave it.
    var wantedType: FieldType? {
        switch self {
        case .typed(.null), .inferred, .raw: nil
        case .typed(let type): type
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

extension Columns {
    /// Columns of JSON text as the types that their values have, as if they had just been taken out of records.
    ///
    /// Processors pass fields of records on as they were written, `"Ada"` with its quotes. Who asks for inferred types must
    /// not take that for a text that has quotes in it.
    package func inferred(_ diagnostics: inout Diagnostics) throws -> Columns {
        let places = columns.indices.filter { columns[$0].type == .json && columns[$0].nullCount < count }
        guard !places.isEmpty else { return self }
        let raw = Columns(
            schema: Schema(places.map { schema.fields[$0] }), columns: places.map { columns[$0] }, count: count)
        let extracted = try RecordBatch(.columns(raw)).rows(&diagnostics).columns(
            .all, selection: nil, origin: Location(), &diagnostics)
        // What is no JSON after all stays the text that it is.
        guard extracted.kept == nil else { return self }
        var fields = schema.fields
        var all = columns
        for place in places {
            guard let column = extracted.columns[fields[place].name] else { continue }
            fields[place].type = column.type
            all[place] = column
        }
        return Columns(schema: Schema(fields, isOpen: schema.isOpen), columns: all, count: count)
    }
}

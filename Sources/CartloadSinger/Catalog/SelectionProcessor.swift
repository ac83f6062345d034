// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Takes the fields that the catalog does not select out of records, nested ones too (I4).
///
/// JSON text stays as it is but for the members that go: numbers keep their digits, and a field that is not there does not
/// become null.
struct SelectionProcessor: Processor {
    let filter: MemberFilter

    /// - Parameter paths: The paths that are not selected, such as `["geo", "lat"]`.
    init(without paths: [[String]]) { filter = MemberFilter(removing: paths) }

    func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        let batch = try batch.opened(&diagnostics)
        var result = batch
        switch batch.body {
        case .rows(let rows): result = filtered(rows, batch)
        case .columns(let columns): result.body = .columns(filtered(columns))
        case .sealed: preconditionFailure("an opened batch is not sealed")
        }
        return result
    }

    func schema(from input: Schema) throws -> Schema { filter.schema(from: input) }

    private func filtered(_ rows: Rows, _ batch: RecordBatch) -> RecordBatch {
        var text = BytesBuilder(capacity: rows.bytes.count)
        var places: [RowPlace] = []
        let selection = batch.selection ?? .range(0..<rows.count)
        places.reserveCapacity(selection.count)
        selection.forEach { row in
            let start = UInt32(text.count)
            filter.copy(rows[row], into: &text)
            places.append(RowPlace(start: start, end: UInt32(text.count)))
            text.append(UInt8(ascii: "\n"))
        }
        // Records are found again by their number alone: the bytes are not those of the input any more.
        let origin = Location(source: batch.origin.source, record: batch.selection == nil ? batch.origin.record : nil)
        return RecordBatch(
            .rows(Rows(bytes: text.finish(), places: Buffer(places), isLineFed: true)), key: batch.key, origin: origin)
    }

    private func filtered(_ columns: Columns) -> Columns {
        var fields: [Field] = []
        var kept: [Column] = []
        for (field, column) in zip(columns.schema.fields, columns.columns) {
            guard let inner = filter.inner(field.name) else {
                if !filter.removes(field.name) {
                    fields.append(field)
                    kept.append(column)
                }
                continue
            }
            fields.append(field)
            kept.append(inner.filtered(column))
        }
        return Columns(
            schema: Schema(fields, isOpen: columns.schema.isOpen), columns: kept, count: columns.count)
    }
}

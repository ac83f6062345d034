// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Looks at the dates of records, and rejects or changes those records that have one that is none; alike for RECORD messages
/// and batch files (I4).
///
/// Records whose dates are fine keep their bytes. Rows keep their places, so that what is known of them by place stays true.
struct DateProcessor: Processor {
    private let fields: DateFields
    private let projection: Projection
    private let treatment: InvalidDates

    /// - Parameter keys: Fields that identify records, and so are never null.
    /// - Returns: nil when there is nothing to look at.
    init?(_ schema: Schema, keys: [String], _ treatment: InvalidDates) {
        guard treatment != .keep else { return nil }
        fields = DateFields(schema, keys: keys)
        guard !fields.members.isEmpty else { return nil }
        self.treatment = treatment
        projection = Projection(
            fields.members.enumerated().map { Projection.Item("\($0)", path: $1.path, .raw) })
    }

    func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        let (opened, projected) = try batch.opened(extracting: projection, &diagnostics)
        var batch = opened
        if let kept = projected.kept { batch.selection = batch.selection?.narrowed(by: kept) ?? kept }
        let columns = projected.columns
        // By row of the columns: the first field for which the record is rejected, and how many fields are changed.
        var rejected: [Int: Int] = [:]
        var changes: [Int: Int] = [:]
        for (number, member) in fields.members.enumerated() {
            let column = columns.columns[number]
            let rejects = treatment == .reject || treatment == .null && !member.isNullable
            for row in 0..<column.count where !DateFields.isValid(column, row) {
                if rejects {
                    if rejected[row] == nil { rejected[row] = number }
                } else {
                    changes[row, default: 0] += 1
                }
            }
        }
        guard !rejected.isEmpty || !changes.isEmpty else { return batch }
        let places = batch.selection
        try reject(rejected, batch, &diagnostics)
        changes = changes.filter { rejected[$0.key] == nil }
        diagnostics.warn(.invalidDate, count: changes.values.reduce(0, +))
        if !changes.isEmpty { change(&batch, Set(changes.keys.map { places?[$0] ?? $0 })) }
        if !rejected.isEmpty {
            let kept = Selection.rows((0..<columns.count).lazy.filter { rejected[$0] == nil }.map { Int32($0) })
            batch.selection = places?.narrowed(by: kept) ?? kept
        }
        return batch
    }

    private func reject(
        _ rejected: [Int: Int], _ batch: RecordBatch, _ diagnostics: inout Diagnostics
    ) throws {
        guard !rejected.isEmpty else { return }
        var ignored = Diagnostics()
        let isRows = if case .rows = batch.body { true } else { false }
        let rows = if case .rows(let own) = batch.body { own } else { try batch.rows(&ignored) }
        for (row, number) in rejected.sorted(by: { $0.key < $1.key }) {
            let member = fields.members[number]
            let place = batch.selection?[row] ?? row
            var location = batch.origin
            if isRows {
                location = rows.location(ofRow: place, origin: batch.origin)
            } else {
                // Of columns nobody knows the lines, only how many records came before.
                location = Location(source: batch.origin.source, record: batch.origin.record.map { $0 + place })
            }
            location.field = member.path.joined(separator: ".")
            let words = member.isDate ? "a date" : "a date and time"
            let more = treatment == .null ? ", and null is not allowed" : ""
            diagnostics.reject(
                Diagnostic(
                    .invalidDate, "the value is not \(words)\(more)", at: location,
                    record: rows.excerpt(ofRow: isRows ? place : row)))
        }
    }

    /// Replaces what is no date in some rows of the body.
    private func change(_ batch: inout RecordBatch, _ changed: Set<Int>) {
        switch batch.body {
        case .rows(let rows):
            var text = BytesBuilder(capacity: rows.bytes.count)
            var places: [RowPlace] = []
            places.reserveCapacity(rows.count)
            for row in 0..<rows.count {
                let start = UInt32(text.count)
                if changed.contains(row) {
                    fields.copy(rows[row], replacing: treatment, into: &text)
                } else {
                    text.append(rows[row])
                }
                places.append(RowPlace(start: start, end: UInt32(text.count)))
                text.append(UInt8(ascii: "\n"))
            }
            // Records are found again by their number alone: the bytes are not those of the input any more.
            batch.body = .rows(Rows(bytes: text.finish(), places: Buffer(places), isLineFed: true))
            batch.origin = Location(source: batch.origin.source, record: batch.origin.record)
        case .columns(let columns):
            batch.body = .columns(
                Columns(
                    schema: columns.schema,
                    columns: zip(columns.schema.fields, columns.columns).map {
                        fields.replaced($1, of: $0.name, in: changed, treatment)
                    }, count: columns.count))
        case .sealed: preconditionFailure("an opened batch is not sealed")
        }
    }
}

extension CartloadError.Code {
    /// A text that the schema calls a date is none.
    public static let invalidDate = CartloadError.Code("singer.invalid-date")
}

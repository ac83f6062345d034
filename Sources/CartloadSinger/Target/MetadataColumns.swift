// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// The `_sdc_` columns, added after a record's own fields in the order that singer-sdk has them.
struct MetadataColumns: Sendable, Hashable {
    static let version = "_sdc_table_version"
    static let deleted = "_sdc_deleted_at"
    static let names = [
        "_sdc_extracted_at", "_sdc_received_at", "_sdc_batched_at", deleted, "_sdc_sequence", version,
        "_sdc_sync_started_at",
    ]

    /// Whether all columns are added, or only that of the version.
    let all: Bool
    /// Whether the version is added.
    let hasVersion: Bool
    /// Fields of these names that the stream brings along, which ours take the place of.
    let replaced: [String]
    /// Whether records bring the time of their deletion, which a log told the tap.
    let keepsDeleted: Bool

    /// nil when nothing is to be added or taken away.
    init?(all: Bool, version: Bool, replacing present: [String]) {
        guard all || version || !present.isEmpty else { return nil }
        self.all = all
        hasVersion = all || version
        keepsDeleted = all && present.contains(MetadataColumns.deleted)
        replaced = present.filter { !($0 == MetadataColumns.deleted && all) }
    }

    /// The columns that are added.
    private var added: [Field] {
        guard all else { return hasVersion ? [Field(MetadataColumns.version, .integer)] : [] }
        let moment = FieldType.timestamp(zoned: true)
        return [
            Field("_sdc_extracted_at", moment), Field("_sdc_received_at", moment), Field("_sdc_batched_at", moment),
            Field(MetadataColumns.deleted, moment), Field("_sdc_sequence", .integer),
            Field(MetadataColumns.version, .integer), Field("_sdc_sync_started_at", .integer),
        ]
    }

    func schema(from schema: Schema) -> Schema {
        var fields = schema.fields.filter { !replaced.contains($0.name) }
        for field in added where !fields.contains(where: { $0.name == field.name }) { fields.append(field) }
        return Schema(fields, isOpen: schema.isOpen)
    }

    /// The records with the columns.
    func added(
        to batch: RecordBatch, _ stamps: RecordStamps, _ diagnostics: inout Diagnostics
    ) throws -> RecordBatch {
        let positions = batch.selection
        var batch = batch
        if !replaced.isEmpty { batch = try DropProcessor(replaced).process(batch, &diagnostics) }
        guard hasVersion else { return batch }
        let rows = try batch.rows(&diagnostics)
        let (middle, end) = constantTexts(stamps)
        var text = BytesBuilder(capacity: rows.bytes.count + rows.count * (middle.count + end.count + 96))
        var places: [RowPlace] = []
        places.reserveCapacity(rows.count)
        for row in 0..<rows.count {
            let start = UInt32(text.count)
            append(rows[row], to: &text)
            if all {
                // The body's row that this one comes from, for what its message said.
                let source = positions?[row] ?? row
                let time = stamps.timesExtracted.isEmpty ? stamps.timeExtracted : stamps.timesExtracted[source]
                text.append("\"_sdc_extracted_at\":" as StaticString)
                if let time, !time.isEmpty { text.append(time) } else { text.append("null" as StaticString) }
                text.append(middle)
                text.append(String(stamps.firstSequence + Int64(source)))
                text.append(UInt8(ascii: ","))
            }
            text.append(end)
            places.append(RowPlace(start: start, end: UInt32(text.count)))
            text.append(UInt8(ascii: "\n"))
        }
        return RecordBatch(
            .rows(Rows(bytes: text.finish(), places: Buffer(places), isLineFed: true)), key: batch.key,
            origin: Location(source: batch.origin.source, record: batch.origin.record))
    }

    /// A record without its closing brace, ready for more members.
    private func append(_ record: Bytes, to text: inout BytesBuilder) {
        record.withUnsafeBytes { buffer in
            let inner = buffer.dropLast()
            text.append(UnsafeRawBufferPointer(rebasing: inner))
            let last = inner.last { $0 > 0x20 }
            if last != UInt8(ascii: "{") { text.append(UInt8(ascii: ",")) }
        }
    }

    /// The members that all records of a piece share: those before the sequence, and those after it with the closing brace.
    private func constantTexts(_ stamps: RecordStamps) -> (middle: Bytes, end: Bytes) {
        let version = "\"\(MetadataColumns.version)\":\(stamps.version.map(String.init) ?? "null")"
        guard all else { return (Bytes(), Bytes(version + "}")) }
        let received = Moment.text(microseconds: stamps.received)
        let deleted = keepsDeleted ? "" : "\"\(MetadataColumns.deleted)\":null,"
        return (
            Bytes(
                ",\"_sdc_received_at\":\"\(received)\",\"_sdc_batched_at\":\"\(received)\",\(deleted)\"_sdc_sequence\":"
            ),
            Bytes("\(version),\"_sdc_sync_started_at\":\(stamps.started / 1000)}")
        )
    }
}

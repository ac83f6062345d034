// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// The column that tells which refresh a record came with.
enum GenerationColumn {
    static let name = "_airbyte_generation_id"

    static func schema(from schema: Schema) -> Schema {
        schema.index(of: name) == nil ? Schema(schema.fields + [Field(name, .integer)], isOpen: schema.isOpen) : schema
    }

    /// The records with the column at their end.
    static func added(_ generation: Int, to batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch
    {
        let rows = try batch.rows(&diagnostics)
        let end = Bytes("\"\(name)\":\(generation)}")
        var text = BytesBuilder(capacity: rows.bytes.count + rows.count * (end.count + 2))
        var places: [RowPlace] = []
        places.reserveCapacity(rows.count)
        for row in 0..<rows.count {
            let start = UInt32(text.count)
            rows[row].withUnsafeBytes { buffer in
                let inner = UnsafeRawBufferPointer(rebasing: buffer.dropLast())
                text.append(inner)
                if inner.last(where: { $0 > 0x20 }) != UInt8(ascii: "{") { text.append(UInt8(ascii: ",")) }
            }
            text.append(end)
            places.append(RowPlace(start: start, end: UInt32(text.count)))
            text.append(UInt8(ascii: "\n"))
        }
        return RecordBatch(
            .rows(Rows(bytes: text.finish(), places: Buffer(places), isLineFed: true)), key: batch.key,
            origin: Location(source: batch.origin.source, record: batch.origin.record))
    }
}

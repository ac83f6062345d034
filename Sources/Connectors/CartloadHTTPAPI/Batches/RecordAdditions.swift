// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Fields that are added to every record of a batch, such as the identifier of its parent.
struct RecordAdditions: Sendable {
    private let members: JSONObject
    /// `"channel":"C1","day":1`
    private let text: String

    init(_ additions: [JSONTemplate.Member], in scope: TemplateScope) throws {
        members = JSONObject(try additions.map { ($0.name, try $0.value.value(in: scope)) })
        text = String(JSONValue.object(members).description.dropFirst().dropLast())
    }

    /// Adds them at each record's end; a member of the same name is replaced.
    func add(to records: inout PageRecords) throws {
        for index in records.blocks.indices {
            let batch = records.blocks[index]
            let rows = try batch.rows(&records.diagnostics)
            let taken = try present(in: RecordBatch(.rows(rows)))
            records.blocks[index] = RecordBatch(.rows(try added(to: rows, taken)), origin: batch.origin)
        }
    }

    /// For each record, whether it has one of the fields already.
    private func present(in batch: RecordBatch) throws -> [Bool] {
        var ignored = Diagnostics()
        let wanted = Projection(members.keys.map { .init($0, .raw) })
        let columns = try batch.columns(wanted, &ignored).columns
        return (0..<columns.count).map { row in columns.columns.contains { !$0.isNull(row) } }
    }

    private func added(to rows: Rows, _ taken: [Bool]) throws -> Rows {
        var arena = BytesBuilder(capacity: rows.bytes.count + rows.count * (text.utf8.count + 4))
        var places: [RowPlace] = []
        places.reserveCapacity(rows.count)
        for row in 0..<rows.count {
            let start = UInt32(arena.count)
            let record = rows[row]
            if taken[row] {
                var object = try JSONValue(parsing: record).objectValue ?? JSONObject()
                for (name, value) in members.members { object[name] = value }
                arena.append(JSONValue.object(object).description)
            } else {
                let body = record[0..<record.count - 1]
                arena.append(body)
                // Whatever stands before the closing brace, if not the opening one, is a member.
                let last = body.withUnsafeBytes { $0.last { $0 > 0x20 } }
                if last != UInt8(ascii: "{") { arena.append(UInt8(ascii: ",")) }
                arena.append(text)
                arena.append(UInt8(ascii: "}"))
            }
            places.append(RowPlace(start: start, end: UInt32(arena.count)))
            arena.append(UInt8(ascii: "\n"))
        }
        return Rows(bytes: arena.finish(), places: Buffer(places), isLineFed: true)
    }
}

// SPDX-License-Identifier: Apache-2.0

extension RecordBatch {
    /// The same records, as rows, each with further members at its end; one that it has already is replaced.
    public func adding(_ members: JSONObject, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        if members.isEmpty { return self }
        let rows = try rows(&diagnostics)
        var ignored = Diagnostics()
        let wanted = Projection(members.keys.map { .init($0, .raw) })
        let present = try RecordBatch(.rows(rows)).columns(wanted, &ignored).columns
        let taken = (0..<present.count).map { row in present.columns.contains { !$0.isNull(row) } }
        return RecordBatch(.rows(try rows.adding(members, taken)), key: key, origin: origin)
    }
}

extension Rows {
    /// - Parameter taken: For each record, whether it has one of the members already.
    fileprivate func adding(_ members: JSONObject, _ taken: [Bool]) throws -> Rows {
        // `"channel":"C1","day":1`
        let text = String(JSONValue.object(members).description.dropFirst().dropLast())
        var arena = BytesBuilder(capacity: bytes.count + count * (text.utf8.count + 4))
        var places: [RowPlace] = []
        places.reserveCapacity(count)
        for row in 0..<count {
            let start = UInt32(arena.count)
            let record = self[row]
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

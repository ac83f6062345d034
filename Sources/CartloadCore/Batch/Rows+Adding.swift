// SPDX-License-Identifier: Apache-2.0

internal import Glibc

extension RecordBatch {
    /// The same records, as rows, each with further members at its end; one that it has already is replaced.
    public func adding(_ members: JSONObject, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        if members.isEmpty { return self }
        let rows = try rows(&diagnostics)
        let text = Bytes(JSONValue.object(members).description)
        let added = try rows.adding(names: members.keys, to: 0..<rows.count) { _ in text }
        return RecordBatch(.rows(added), key: key, origin: origin)
    }
}

extension Rows {
    /// Chosen records, each with the members of another object behind its own; one that it has already is replaced.
    ///
    /// - Parameters:
    ///   - names: The names of the members.
    ///   - chosen: The rows to take.
    ///   - object: The JSON object with the members, for a place in `chosen`.
    package func adding(
        names: [String], to chosen: some RandomAccessCollection<Int>, _ object: (Int) throws -> Bytes
    ) throws -> Rows {
        // A record that may have one of the names, as far as its text tells, is taken apart.
        let marks = names.map { Array(JSONValue.string($0).description.utf8) }
        var arena = BytesBuilder(capacity: bytes.count + chosen.count * 16)
        var places: [RowPlace] = []
        places.reserveCapacity(chosen.count)
        for (position, row) in chosen.enumerated() {
            let start = UInt32(arena.count)
            let record = self[row]
            let members = try object(position)
            if marks.contains(where: { record.contains($0) }) {
                var object = try JSONValue(parsing: record).objectValue ?? JSONObject()
                for (name, value) in try JSONValue(parsing: members).objectValue?.members ?? [] { object[name] = value }
                arena.append(JSONValue.object(object).description)
            } else {
                let body = record[0..<record.count - 1]
                arena.append(body)
                // Whatever stands before the closing brace, if not the opening one, is a member.
                let last = body.withUnsafeBytes { $0.last { $0 > 0x20 } }
                if last != UInt8(ascii: "{"), members.count > 2 { arena.append(UInt8(ascii: ",")) }
                arena.append(members[1..<members.count])
            }
            places.append(RowPlace(start: start, end: UInt32(arena.count)))
            arena.append(UInt8(ascii: "\n"))
        }
        return Rows(bytes: arena.finish(), places: Buffer(places), isLineFed: true)
    }
}

extension Bytes {
    /// Whether a text is anywhere in it; meant for texts that begin with a quotation mark.
    fileprivate func contains(_ mark: [UInt8]) -> Bool {
        withUnsafeBytes { bytes in
            guard var place = bytes.baseAddress, let first = mark.first else { return false }
            let end = place + bytes.count
            while end - place >= mark.count, let found = memchr(place, Int32(first), end - place) {
                guard end - UnsafeRawPointer(found) >= mark.count else { return false }
                if memcmp(found, mark, mark.count) == 0 { return true }
                place = UnsafeRawPointer(found) + 1
            }
            return false
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

extension RecordBatch {
    /// The same records, as rows, each with further members at its end; one that it has already is replaced.
    public func adding(_ members: JSONObject, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        if members.isEmpty { return self }
        let rows = try rows(&diagnostics)
        let all = Rows([JSONValue.object(members).description])
        let added = try rows.adding(all, names: members.keys, to: (0..<rows.count).map { ($0, 0) })
        return RecordBatch(.rows(added), key: key, origin: origin)
    }
}

extension Rows {
    /// Chosen records, each with the members of another object behind its own; one that it has already is replaced.
    ///
    /// - Parameters:
    ///   - members: Objects without spaces.
    ///   - names: The names of their members.
    ///   - pairs: The rows to take, each with the row of `members` that it gets.
    package func adding(_ members: Rows, names: [String], to pairs: [(row: Int, members: Int)]) throws -> Rows {
        // Records that have one of the names, as far as their text tells, are taken apart.
        let marks = names.map { Bytes(JSONValue.string($0).description) }.filter { bytes.mentions($0) }
        var arena = BytesBuilder(capacity: bytes.count + members.bytes.count + pairs.count)
        var ends: [RowPlace] = []
        ends.reserveCapacity(pairs.count)
        let text = bytes.baseAddress
        let additions = members.bytes.baseAddress
        let (places, memberPlaces) = (places.pointer, members.places.pointer)
        for (row, member) in pairs {
            let start = arena.count
            let place = places[row]
            let addition = memberPlaces[member]
            if !marks.isEmpty, marks.contains(where: { self[row].mentions($0) }) {
                var object = try JSONValue(parsing: self[row]).objectValue ?? JSONObject()
                for (name, value) in try JSONValue(parsing: members[member]).objectValue?.members ?? [] {
                    object[name] = value
                }
                arena.append(JSONValue.object(object).description)
            } else {
                // Without the closing brace.
                let length = Int(place.end - place.start) - 1
                arena.append(UnsafeRawBufferPointer(start: text + Int(place.start), count: length))
                var last = Int(place.end) - 2
                while last > place.start, text.load(fromByteOffset: last, as: UInt8.self) <= 0x20 { last -= 1 }
                let addedLength = Int(addition.end - addition.start) - 1
                // Whatever stands before the closing brace, if not the opening one, is a member.
                if last > place.start, addedLength > 1 { arena.append(UInt8(ascii: ",")) }
                arena.append(
                    UnsafeRawBufferPointer(start: additions + Int(addition.start) + 1, count: addedLength))
            }
            ends.append(RowPlace(start: UInt32(start), end: UInt32(arena.count)))
            arena.append(UInt8(ascii: "\n"))
        }
        withExtendedLifetime((self, members)) {}
        return Rows(bytes: arena.finish(), places: Buffer(ends), isLineFed: true)
    }
}

extension Bytes {
    /// Whether a quoted name is anywhere in it.
    fileprivate func mentions(_ name: Bytes) -> Bool {
        withUnsafeBytes { text in
            name.withUnsafeBytes { name in
                cl_json_mentions(text.bytes, text.count, name.bytes, name.count) != 0
            }
        }
    }
}

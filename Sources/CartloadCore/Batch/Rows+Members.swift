// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

extension Rows {
    /// The names of all members of the objects, in the order in which they first occur.
    ///
    /// - Parameter limit: How many there may be (I7).
    /// - Throws: `CartloadError` with code `json.too-many-fields` beyond the limit.
    public func memberNames(atMost limit: Int) throws -> [String] {
        try JSONScanner.borrow { scanner in
            var nameCount = 0
            let code = bytes.withUnsafeBytes {
                cl_json_member_names(scanner, $0.bytes, places.cPlaces, count, limit, &nameCount)
            }
            try JSONScanner.check(code, at: Location())
            return (0..<nameCount).map { index in
                var length = 0
                let text = cl_json_member_name(scanner, index, &length)
                return String(decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self)
            }
        }
    }

    /// Some members of each object, as one row or object each; null where an object has none of that name.
    public func picking(_ names: [String], asRows: Bool) throws -> Rows {
        let members = MemberNames(names)
        let text = places.withUnsafeBufferPointer { $0.reduce(0) { $0 + Int($1.end - $1.start) } }
        var output = BytesBuilder(capacity: text + count * (members.keyBytes + 5 * names.count + 3))
        let picked = try Buffer<RowPlace>(count: count) { picked in
            var written = 0
            try JSONScanner.borrow { scanner in
                let code = bytes.withUnsafeBytes {
                    cl_json_pick_members(
                        scanner, $0.bytes, places.cPlaces, count, members.names.baseAddress, members.names.count,
                        asRows ? 1 : 0, output.end,
                        UnsafeMutableRawPointer(picked).assumingMemoryBound(to: cl_json_place.self), &written)
                }
                try JSONScanner.check(code, at: Location())
            }
            output.advance(written)
        }
        return Rows(bytes: output.finish(), places: picked, isLineFed: true)
    }
}

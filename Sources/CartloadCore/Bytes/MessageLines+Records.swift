// SPDX-License-Identifier: Apache-2.0

internal import Glibc

extension MessageLines {
    /// Whether the text at a place is this one.
    package func has(_ text: Bytes, at place: RowPlace) -> Bool {
        guard Int(place.end - place.start) == text.count else { return false }
        return text.isEmpty || memcmp(bytes.baseAddress + Int(place.start), text.baseAddress, text.count) == 0
    }

    /// Whether there is an object at a place.
    package func isObject(_ place: RowPlace) -> Bool {
        place.end > place.start && bytes[Int(place.start)] == UInt8(ascii: "{")
    }

    /// The text at a place as a string; nil when it is not a JSON string.
    package func string(_ place: RowPlace) -> String? {
        guard place.end > place.start else { return nil }
        return (try? JSONValue(parsing: self[place]))?.stringValue
    }

    /// The records at some places, ascending, as rows over the block's own bytes.
    ///
    /// - Parameter hasTokens: Whether NaN or infinities are among them, which must become null: then the records are copied,
    ///   each to the line where it was, so that it is found again.
    package func rows(_ places: [RowPlace], hasTokens: Bool, _ diagnostics: inout Diagnostics) throws -> Rows {
        guard hasTokens else { return Rows(bytes: bytes, places: Buffer(places), isLineFed: false) }
        var text = BytesBuilder(capacity: bytes.count)
        var end = 0
        for place in places {
            bytes[end..<Int(place.start)].withUnsafeBytes { between in
                for byte in between { text.append(byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " ")) }
            }
            text.append(self[place])
            end = Int(place.end)
        }
        return try Rows.scan(text.finish(), &diagnostics)
    }

    /// Where a message is.
    package func location(of message: Message, in origin: Location) -> Location {
        var location = origin
        let before = bytes[0..<Int(message.line.start)]
        location.line = (origin.line ?? 1) + before.withUnsafeBytes { $0.count { $0 == UInt8(ascii: "\n") } }
        location.byte = (origin.byte ?? 0) + before.count
        location.record = nil
        return location
    }
}

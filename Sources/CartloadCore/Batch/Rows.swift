// SPDX-License-Identifier: Apache-2.0

/// Records as JSON text: one object after another in one arena, each with its place.
public struct Rows: Sendable {
    /// The arena. Between records there may be anything, such as line ends.
    public let bytes: Bytes
    /// Where each record is: `count` pairs of start and end offsets.
    public let places: Buffer<RowPlace>
    /// Whether the bytes are exactly the records, each ended by one line feed, so that they can be written as they are.
    public let isLineFed: Bool

    public init(bytes: Bytes, places: Buffer<RowPlace>, isLineFed: Bool) {
        self.bytes = bytes
        self.places = places
        self.isLineFed = isLineFed
    }

    public var count: Int { places.count }

    /// The JSON text of one record.
    public subscript(row: Int) -> Bytes {
        let place = places[row]
        return bytes[Int(place.start)..<Int(place.end)]
    }

    /// Records from JSON texts, unchecked; for tests and small data.
    public init(_ records: [String]) {
        var bytes = BytesBuilder()
        var places: [RowPlace] = []
        for record in records {
            let start = UInt32(bytes.count)
            bytes.append(record)
            places.append(RowPlace(start: start, end: UInt32(bytes.count)))
            bytes.append(UInt8(ascii: "\n"))
        }
        self.init(bytes: bytes.finish(), places: Buffer(places), isLineFed: true)
    }
}

/// Start and end offset of a record in its arena.
public struct RowPlace: BitwiseCopyable, Sendable, Hashable {
    public var start: UInt32
    public var end: UInt32

    public init(start: UInt32, end: UInt32) {
        self.start = start
        self.end = end
    }
}

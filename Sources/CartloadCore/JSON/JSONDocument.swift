// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson
internal import Glibc

/// One JSON text, checked as a whole, with a few of its values found: an answer of a server, whose records are cut out as
/// they were written.
public struct JSONDocument: Sendable {
    /// How many paths can be looked for at once, and how many names each may have (I7).
    public static let maximumPaths = Int(CL_JSON_MAX_PATHS) - 1
    public static let maximumPathLength = Int(CL_JSON_MAX_PATH)

    /// The text, without a byte order mark.
    public let bytes: Bytes
    /// The listed records; nil when there is neither an array nor an object where they should be.
    public let rows: Rows?
    private let places: [RowPlace]

    /// Checks a text and finds values in it.
    ///
    /// Elements that are no objects are rejected (I9); NaN and infinities in records become null, with a warning.
    ///
    /// - Parameters:
    ///   - paths: Names that lead to a value, digits for a position in an array; of repeated keys the last one counts.
    ///   - listed: The path of the array whose elements are the records, or of an object that is the only one; an empty path
    ///   is the whole document.
    ///   - allowsNotFinite: Whether NaN and infinities count as values.
    ///   - origin: Where the text came from.
    /// - Throws: `CartloadError` with code `json.invalid` or `json.truncated` and the byte, or `json.block-too-large`.
    public init(
        scanning bytes: Bytes, finding paths: [[String]] = [], listing listed: [String]? = nil,
        allowsNotFinite: Bool = true, origin: Location = Location(), _ diagnostics: inout Diagnostics
    ) throws {
        let (document, mark) = bytes.withoutMark(true)
        let items = Projection((paths + [listed].compactMap { $0 }).map { Projection.Item("", path: $0, .raw) })
        let wanted = items.items?.count ?? 0
        precondition(wanted <= Int(CL_JSON_MAX_PATHS), "more paths than a document is searched for")
        self.bytes = document
        (places, rows) = try JSONScanner.borrow { scanner in
            var lines = cl_json_lines()
            var offset: UInt32 = 0
            var found = [cl_json_place](repeating: cl_json_place(), count: wanted + 1)
            let code = document.withUnsafeBytes { document in
                ProjectionItems.withItems(items) { items, count in
                    cl_json_find(
                        scanner, document.bytes, document.count, items, count, listed == nil ? -1 : Int32(count - 1),
                        allowsNotFinite ? UInt32(CL_JSON_NOT_FINITE_ALLOWED) : 0, &found, &lines, &offset)
                }
            }
            try JSONDocument.check(code, at: Int(offset) + mark, origin)
            let places = found.prefix(paths.count).map { RowPlace(start: $0.start, end: $0.end) }
            guard listed != nil else { return (places, nil) }
            let first = document.byte(at: found[wanted - 1])
            guard first == UInt8(ascii: "[") || first == UInt8(ascii: "{") else { return (places, nil) }
            return (places, JSONDocument.rows(lines, of: document, origin: origin, &diagnostics))
        }
    }

    /// The text of the value at one of the paths; nil when there is none.
    public func text(_ path: Int) -> Bytes? {
        let place = places[path]
        return place.start == place.end ? nil : bytes[Int(place.start)..<Int(place.end)]
    }

    /// The value at one of the paths; nil when there is none.
    public func value(_ path: Int) throws -> JSONValue? { try text(path).map { try JSONValue(parsing: $0) } }

    private static func check(_ code: Int32, at byte: Int, _ origin: Location) throws {
        switch cl_json_code(UInt32(bitPattern: code)) {
        case CL_JSON_OK: return
        case CL_JSON_BLOCK_TOO_LARGE, CL_JSON_OUT_OF_MEMORY, CL_JSON_TOO_MANY_FIELDS:
            try JSONScanner.check(code, at: origin)
        default:
            var origin = origin
            origin.byte = byte
            let (code, message) = explain(code)
            throw CartloadError(code, message, at: origin)
        }
    }

    private static func explain(_ code: Int32) -> (code: CartloadError.Code, message: String) {
        switch cl_json_code(UInt32(bitPattern: code)) {
        case CL_JSON_NOT_AN_OBJECT: (.invalidJSON, "the text is neither a JSON object nor a JSON array")
        case CL_JSON_AFTER_END: (.invalidJSON, "not valid JSON: there is something after the end of the value")
        case CL_JSON_TRUNCATED: (.truncatedJSON, "the JSON breaks off before its end")
        default: JSONScanner.explain(code)
        }
    }

    private static func rows(
        _ lines: cl_json_lines, of document: Bytes, origin: Location, _ diagnostics: inout Diagnostics
    ) -> Rows {
        for fault in UnsafeBufferPointer(start: lines.faults, count: lines.fault_count) {
            var place = origin
            place.record = (origin.record ?? 1) + Int(fault.number)
            let range = Int(fault.line.start)..<min(Int(fault.line.end), Int(fault.line.start) + Diagnostic.recordLimit)
            diagnostics.reject(
                Diagnostic(
                    .notAnObject, "the record is not a JSON object", at: place, record: Bytes(copying: document, range))
            )
        }
        let places = Array(UnsafeBufferPointer(start: lines.places, count: lines.count))
        var tokens: [cl_json_place] = []
        var row = 0
        for token in UnsafeBufferPointer(start: lines.tokens, count: lines.token_count) {
            while row < places.count, places[row].end <= token.start { row += 1 }
            if row < places.count, places[row].start < token.start { tokens.append(token) }
        }
        let kept = Buffer(places.map { RowPlace(start: $0.start, end: $0.end) })
        let document = document.withoutLineBreaks(from: Int(places.first?.start ?? 0), to: Int(places.last?.end ?? 0))
        guard !tokens.isEmpty else { return Rows(bytes: document, places: kept, isLineFed: false) }
        diagnostics.warn(.notFinite, count: tokens.count)
        return tokens.withUnsafeBufferPointer {
            Rows.replacingTokens($0, in: document, places: kept, isLineFed: false)
        }
    }
}

extension Bytes {
    /// JSON text with blanks for the line breaks of a part, so that each record of it fits into one line.
    ///
    /// In JSON a raw line break stands only between two tokens.
    fileprivate func withoutLineBreaks(from start: Int, to end: Int) -> Bytes {
        func isBreak(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
        let hasBreak = withUnsafeBytes { bytes in
            guard start < end, let base = bytes.baseAddress else { return false }
            return memchr(base + start, 0x0a, end - start) != nil || memchr(base + start, 0x0d, end - start) != nil
        }
        guard hasBreak else { return self }
        var copy = BytesBuilder(capacity: count)
        copy.append(self)
        let text = copy.end - count
        for place in start..<end where isBreak(text[place]) { text[place] = UInt8(ascii: " ") }
        return copy.finish()
    }

    fileprivate func byte(at place: cl_json_place) -> UInt8? {
        place.start == place.end ? nil : self[Int(place.start)]
    }
}

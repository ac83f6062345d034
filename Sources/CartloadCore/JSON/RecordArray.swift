// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// Records as one JSON array, in either of two forms: objects, or rows of values below a row of names.
///
/// `[{"id":1},{"id":2}]` and `[["id"],[1],[2]]` are the same two records.
public struct RecordArray: Sendable {
    public enum Form: Sendable, Hashable {
        case objects
        /// The names of the values of each row, in order.
        case rows(names: [String])
    }

    /// How many names a row of names may have (I7).
    public static let maximumColumns = Int(CL_JSON_MAX_COLUMNS)

    public let form: Form
    /// The array's text.
    public let text: Bytes
    /// The records, without the row of names.
    package let places: Buffer<RowPlace>

    /// How many records there are; a row of names is none.
    public var count: Int { places.count }

    /// Finds the records of an array.
    ///
    /// An empty array has no records and no form; it counts as one of objects.
    ///
    /// - Parameter text: A JSON value that was checked before.
    /// - Throws: `CartloadError` with code `json.wrong-records` and the record: a value that is no array, an element that is
    ///   neither a row nor an object or not what the first one is, a row with another number of values than there are names,
    ///   a name that is no string or comes twice.
    public init(_ text: Bytes) throws {
        self.text = text
        let (array, places) = try JSONScanner.borrow { scanner in
            var array = cl_json_array()
            let code = text.withUnsafeBytes { cl_json_scan_array(scanner, $0.bytes, $0.count, &array) }
            guard code != Int32(CL_JSON_WRONG_TYPE.rawValue) else {
                throw RecordArray.wrong("the records are not a JSON array")
            }
            try JSONScanner.check(code, at: Location())
            let all = UnsafeBufferPointer(start: array.places, count: array.count)
            return (array, all.map { RowPlace(start: $0.start, end: $0.end) })
        }
        let isRows = array.form == Int32(CL_JSON_ARRAY_ROWS.rawValue)
        if array.fault != 0 { throw RecordArray.explain(array, isRows: isRows) }
        guard isRows else {
            form = .objects
            self.places = Buffer(places)
            return
        }
        let first = text[Int(places[0].start)..<Int(places[0].end)]
        form = .rows(names: try RecordArray.names(first))
        self.places = Buffer(places.dropFirst())
    }

    /// Records that are objects already, wherever they stand.
    package init(objects rows: Rows) {
        form = .objects
        text = rows.bytes
        places = rows.places
    }

    private static func names(_ row: Bytes) throws -> [String] {
        let values = try JSONValue(parsing: row).arrayValue ?? []
        guard values.count <= maximumColumns else {
            throw wrong("the row of names has \(values.count) of them, and \(maximumColumns) are allowed")
        }
        var seen: Set<String> = []
        return try values.map { value in
            guard let name = value.stringValue else { throw wrong("the row of names has one that is no string") }
            guard seen.insert(name).inserted else { throw wrong("the row of names has \"\(name)\" twice") }
            return name
        }
    }

    private static func explain(_ array: cl_json_array, isRows: Bool) -> CartloadError {
        let record = Int(array.fault_element) + (isRows ? 0 : 1)
        if array.fault == Int32(CL_JSON_TOO_MANY_FIELDS.rawValue) {
            return wrong("the row has not \(array.column_count) values, as many as there are names", record: record)
        }
        return wrong(
            isRows ? "the record is no row, as the first element is" : "the record is no object", record: record)
    }

    private static func wrong(_ message: String, record: Int? = nil) -> CartloadError {
        CartloadError(.wrongRecords, message, at: Location(record: record))
    }
}

extension CartloadError.Code {
    /// An array of records is not one.
    public static let wrongRecords = CartloadError.Code("json.wrong-records")
}

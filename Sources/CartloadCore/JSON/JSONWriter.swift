// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// Writes columns as JSON Lines: what is the same for every row is prepared once.
struct JSONWriter {
    private let columns: Columns
    private let isASCIIOnly: Bool
    /// `{"id":`, `,"name":` and so on, one after another, each padded so that it can be copied in whole registers.
    private let prefixes: Bytes
    private let prefixPlaces: [Range<Int>]

    init(_ columns: Columns, asciiOnly: Bool) {
        self.columns = columns
        isASCIIOnly = asciiOnly
        var prefixes = BytesBuilder()
        var places: [Range<Int>] = []
        for (index, field) in columns.schema.fields.enumerated() {
            let start = prefixes.count
            prefixes.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
            JSONWriter.append(string: field.name, asciiOnly: asciiOnly, to: &prefixes)
            prefixes.append(UInt8(ascii: ":"))
            places.append(start..<prefixes.count)
        }
        self.prefixes = prefixes.finish()
        prefixPlaces = places
    }

    /// Appends a string with quotes and escapes.
    static func append(string: String, asciiOnly: Bool = false, to output: inout BytesBuilder) {
        // The writer reads whole registers, so the text must be followed by readable bytes.
        let text = Bytes(string)
        text.withUnsafeBytes { text in
            output.reserve(text.count * 6 + 34)
            output.advance(cl_json_write_string(text.bytes, text.count, asciiOnly ? 1 : 0, output.end))
        }
    }

    /// Appends the chosen rows, each ended by a line feed.
    func write(
        _ selection: Selection, into output: inout BytesBuilder, ends: inout [Int32]?, _ diagnostics: inout Diagnostics
    ) {
        let writables = zip(columns.columns, prefixPlaces).map { column, place in
            column.writable(prefix: prefixes, place)
        }
        var notFinite = 0
        var done = 0
        let count = selection.count
        let flags: UInt32 = isASCIIOnly ? UInt32(CL_JSON_ASCII_ONLY) : 0
        writables.withUnsafeBufferPointer { writables in
            output.reserve(max(columns.count == 0 ? 0 : columns.byteCount / columns.count * count, 64))
            while done < count {
                var written = 0
                let room = output.capacity - output.count
                var newEnds: [Int32] = []
                if ends != nil { newEnds = Array(repeating: 0, count: count - done) }
                let more = newEnds.withUnsafeMutableBufferPointer { newEnds in
                    let base = newEnds.isEmpty ? nil : newEnds.baseAddress
                    switch selection {
                    case .range(let range):
                        return cl_json_write_rows(
                            writables.baseAddress, writables.count, nil, range.lowerBound + done, count - done,
                            output.end, room, &written, base, Int32(truncatingIfNeeded: output.count), flags, &notFinite
                        )
                    case .rows(let rows):
                        return rows.withUnsafeBufferPointer { rows in
                            cl_json_write_rows(
                                writables.baseAddress, writables.count, rows.baseAddress.map { $0 + done }, 0,
                                count - done, output.end, room, &written, base,
                                Int32(truncatingIfNeeded: output.count), flags, &notFinite)
                        }
                    }
                }
                output.advance(written)
                ends?.append(contentsOf: newEnds.prefix(more))
                done += more
                if done < count {
                    let bound = cl_json_row_bound(writables.baseAddress, writables.count, selection[done])
                    output.grow(max(bound, output.capacity / 2))
                }
            }
        }
        withExtendedLifetime(columns) {}
        withExtendedLifetime(prefixes) {}
        diagnostics.warn(.notFinite, count: notFinite)
    }
}

extension Column {
    /// How the values are written as JSON.
    var jsonEncoding: cl_json_encoding {
        switch (values, type) {
        case (.null, _): CL_JSON_WRITE_NULL
        case (.boolean, _): CL_JSON_WRITE_BOOLEAN
        case (.float64, _): CL_JSON_WRITE_NUMBER
        case (.int64, .timestamp(zoned: true)): CL_JSON_WRITE_TIMESTAMP_ZONED
        case (.int64, .timestamp(zoned: false)): CL_JSON_WRITE_TIMESTAMP
        case (.int64, .date): CL_JSON_WRITE_DATE
        case (.int64, .time): CL_JSON_WRITE_TIME
        case (.int64, _): CL_JSON_WRITE_INTEGER
        case (.text, .json), (.text, .object), (.text, .array): CL_JSON_WRITE_JSON
        case (.text, .integer), (.text, .number), (.text, .decimal): CL_JSON_WRITE_DIGITS
        case (.text, _): CL_JSON_WRITE_STRING
        }
    }

    fileprivate func writable(prefix: Bytes, _ place: Range<Int>) -> cl_json_writable {
        var writable = cl_json_writable()
        writable.prefix = (prefix.baseAddress + place.lowerBound).assumingMemoryBound(to: UInt8.self)
        writable.prefix_length = place.count
        writable.encoding = Int32(jsonEncoding.rawValue)
        writable.validity = validity?.pointer
        switch values {
        case .null: break
        case .boolean(let bits): writable.values = UnsafeRawPointer(bits.pointer)
        case .int64(let buffer): writable.values = UnsafeRawPointer(buffer.pointer)
        case .float64(let buffer): writable.values = UnsafeRawPointer(buffer.pointer)
        case .text(let text):
            writable.values = UnsafeRawPointer(text.offsets.pointer)
            writable.text = text.bytes.baseAddress.assumingMemoryBound(to: UInt8.self)
        }
        return writable
    }
}

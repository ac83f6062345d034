// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

extension RecordBatch {
    /// Appends the selected records as JSON Lines, each ended by a line feed; a sealed batch must be opened before.
    ///
    /// - Parameters:
    ///   - asciiOnly: Whether characters beyond ASCII are written as escapes.
    public func writeJSONLines(
        into output: inout BytesBuilder, asciiOnly: Bool = false, _ diagnostics: inout Diagnostics
    ) {
        var ends: [Int32]?
        writeJSONLines(into: &output, recordEnds: &ends, asciiOnly: asciiOnly, &diagnostics)
    }

    /// The same, and where each record ends in the output, unless `recordEnds` is nil.
    public func writeJSONLines(
        into output: inout BytesBuilder, recordEnds: inout [Int32]?, asciiOnly: Bool = false,
        _ diagnostics: inout Diagnostics
    ) {
        switch body {
        case .rows(let rows):
            rows.writeJSONLines(selection, into: &output, recordEnds: &recordEnds, asciiOnly: asciiOnly)
        case .columns(let columns):
            JSONWriter(columns, asciiOnly: asciiOnly).write(
                selection ?? .range(0..<columns.count), into: &output, ends: &recordEnds, &diagnostics)
        case .sealed:
            preconditionFailure("a sealed batch is opened before it is written as JSON")
        }
    }

    /// Appends the selected records as one JSON array without spaces.
    ///
    /// - Throws: `CartloadError` when a sealed batch cannot be opened.
    public func writeJSONArray(into output: inout BytesBuilder) throws {
        var ignored = Diagnostics()
        let batch = try opened(&ignored)
        output.append(UInt8(ascii: "["))
        var ends: [Int32]? = []
        batch.writeJSONLines(into: &output, recordEnds: &ends, &ignored)
        guard let ends, let last = ends.last else { return output.append(UInt8(ascii: "]")) }
        // Each record is ended by a line feed, where the array has its comma, or its end.
        for end in ends { output.replace(Int(end) - 1, with: UInt8(ascii: ",")) }
        output.replace(Int(last) - 1, with: UInt8(ascii: "]"))
    }

    /// The selected records as rows; those of a batch that already has rows share its bytes.
    public func rows(_ diagnostics: inout Diagnostics) throws -> Rows {
        switch body {
        case .rows(let rows):
            guard let selection else { return rows }
            var places: [RowPlace] = []
            places.reserveCapacity(selection.count)
            selection.forEach { places.append(rows.places[$0]) }
            return Rows(bytes: rows.bytes, places: Buffer(places), isLineFed: false)
        case .columns:
            var output = BytesBuilder()
            var ends: [Int32]? = []
            writeJSONLines(into: &output, recordEnds: &ends, &diagnostics)
            var start: UInt32 = 0
            let places = (ends ?? []).map { end in
                defer { start = UInt32(bitPattern: end) }
                return RowPlace(start: start, end: UInt32(bitPattern: end) - 1)
            }
            return Rows(bytes: output.finish(), places: Buffer(places), isLineFed: true)
        case .sealed:
            return try opened(&diagnostics).rows(&diagnostics)
        }
    }
}

extension Rows {
    /// Copies records; neighbours with one line feed between them go in one piece.
    fileprivate func writeJSONLines(
        _ selection: Selection?, into output: inout BytesBuilder, recordEnds: inout [Int32]?, asciiOnly: Bool
    ) {
        if asciiOnly, !bytes.isASCII {
            return writeEscaped(selection ?? .range(0..<count), into: &output, recordEnds: &recordEnds)
        }
        if isLineFed, selection == nil, recordEnds == nil {
            output.append(bytes)
            return
        }
        let places = places.pointer
        let text = bytes.baseAddress
        let selection = selection ?? .range(0..<count)
        let count = selection.count
        var position = 0
        while position < count {
            let first = selection[position]
            let start = Int(places[first].start)
            var end = Int(places[first].end)
            let base = output.count - start
            recordEnds?.append(Int32(truncatingIfNeeded: base + end + 1))
            position += 1
            var last = first
            while position < count, selection[position] == last + 1, Int(places[last + 1].start) == end + 1,
                text.load(fromByteOffset: end, as: UInt8.self) == UInt8(ascii: "\n")
            {
                last += 1
                position += 1
                end = Int(places[last].end)
                recordEnds?.append(Int32(truncatingIfNeeded: base + end + 1))
            }
            output.reserve(end - start + 1)
            output.append(UnsafeRawBufferPointer(start: text + start, count: end - start))
            output.append(UInt8(ascii: "\n"))
        }
    }

    private func writeEscaped(
        _ selection: Selection, into output: inout BytesBuilder, recordEnds: inout [Int32]?
    ) {
        selection.forEach { row in
            self[row].withUnsafeBytes { text in
                output.reserve(text.count * 6 + 1)
                output.advance(cl_json_escape_unicode(text.bytes, text.count, output.end))
            }
            output.append(UInt8(ascii: "\n"))
            recordEnds?.append(Int32(truncatingIfNeeded: output.count))
        }
    }
}

extension Bytes {
    /// JSON text with everything beyond ASCII as escapes.
    package func escapedToASCII() -> Bytes {
        if isASCII { return self }
        var output = BytesBuilder(capacity: count * 6 + 64)
        withUnsafeBytes { text in output.advance(cl_json_escape_unicode(text.bytes, text.count, output.end)) }
        return output.finish()
    }

    var isASCII: Bool {
        withUnsafeBytes { $0.allSatisfy { $0 < 0x80 } }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

extension Rows {
    /// Finds the records in a block of JSON Lines and checks every byte of them.
    ///
    /// Blank lines are skipped, white space around records and one byte order mark at the start of the input are left
    /// out, and the last line need not be ended. Lines that are not one valid JSON object are rejected (I9).
    ///
    /// - Parameters:
    ///   - bytes: The block; it begins and ends between two lines.
    ///   - origin: Where its first byte is in the input.
    ///   - isFirst: Whether it is the input's first block.
    ///   - allowsNotFinite: Whether `NaN`, `Infinity` and `-Infinity` are accepted; they become null, with a warning.
    /// - Throws: `CartloadError` with code `json.block-too-large`.
    public static func scan(
        _ bytes: Bytes, origin: Location = Location(), isFirst: Bool = false, allowsNotFinite: Bool = true,
        _ diagnostics: inout Diagnostics
    ) throws -> Rows {
        try scan(
            bytes, origin: origin, isFirst: isFirst,
            flags: allowsNotFinite ? UInt32(bitPattern: Int32(CL_JSON_NOT_FINITE_ALLOWED)) : 0, &diagnostics)
    }

    /// The same, each line by itself: slower and, as tests check, no different.
    static func scanOneByOne(
        _ bytes: Bytes, origin: Location = Location(), isFirst: Bool = false, _ diagnostics: inout Diagnostics
    ) throws -> Rows {
        try scan(
            bytes, origin: origin, isFirst: isFirst,
            flags: UInt32(CL_JSON_NOT_FINITE_ALLOWED) | UInt32(CL_JSON_LINE_BY_LINE), &diagnostics)
    }

    private static func scan(
        _ bytes: Bytes, origin: Location, isFirst: Bool, flags: UInt32, _ diagnostics: inout Diagnostics
    ) throws -> Rows {
        let (block, mark) = bytes.withoutMark(isFirst)
        return try JSONScanner.borrow { scanner in
            var lines = cl_json_lines()
            let code = block.withUnsafeBytes {
                cl_json_scan_lines(
                    scanner, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count, flags, &lines)
            }
            try JSONScanner.check(code, at: origin)
            return Rows(lines, of: block, skipped: mark, origin: origin, &diagnostics)
        }
    }

    /// The rows that a scan found, and what was wrong with the others.
    init(
        _ lines: cl_json_lines, of block: Bytes, skipped: Int, origin: Location, _ diagnostics: inout Diagnostics
    ) {
        Rows.report(lines, of: block, skipped: skipped, origin: origin, &diagnostics)
        let places = Buffer<RowPlace>(count: lines.count) { places in
            if let found = lines.places {
                UnsafeMutableRawPointer(places).copyMemory(from: found, byteCount: lines.count * 8)
            }
        }
        guard lines.token_count > 0 else {
            self.init(bytes: block, places: places, isLineFed: lines.line_fed != 0 && lines.count > 0)
            return
        }
        diagnostics.warn(.notFinite, count: lines.token_count)
        let tokens = UnsafeBufferPointer(start: lines.tokens, count: lines.token_count)
        self = Rows.replacingTokens(tokens, in: block, places: places, isLineFed: lines.line_fed != 0)
    }

    static func report(
        _ lines: cl_json_lines, of block: Bytes, skipped: Int, origin: Location, _ diagnostics: inout Diagnostics
    ) {
        var before = 0
        for (index, fault) in UnsafeBufferPointer(start: lines.faults, count: lines.fault_count).enumerated() {
            while before < lines.count, lines.places[before].start < fault.line.start { before += 1 }
            var location = origin
            // A block that is known by its byte alone begins in the middle of something, at a line that nobody counted.
            let isUncounted = origin.line == nil && (origin.byte ?? 0) > 0
            location.line = isUncounted ? nil : (origin.line ?? 1) + Int(fault.number)
            location.byte = (origin.byte ?? 0) + skipped + Int(fault.offset)
            if let first = origin.record { location.record = first + before + index }
            let explanation = JSONScanner.explain(fault.code)
            let start = Int(fault.line.start)
            let end = min(Int(fault.line.end), start + Diagnostic.recordLimit)
            diagnostics.reject(
                Diagnostic(
                    explanation.code, explanation.message, at: location, record: Bytes(copying: block, start..<end)))
        }
    }

    /// Puts null where NaN and infinities were, in a new arena.
    static func replacingTokens(
        _ tokens: UnsafeBufferPointer<cl_json_place>, in block: Bytes, places: Buffer<RowPlace>, isLineFed: Bool
    ) -> Rows {
        var arena = BytesBuilder(capacity: block.count + tokens.count)
        var copied = 0
        var moved: [RowPlace] = []
        moved.reserveCapacity(places.count)
        var token = 0
        func copy(to end: Int, _ arena: inout BytesBuilder) {
            arena.append(block[copied..<end])
            copied = end
        }
        for row in 0..<places.count {
            let place = places.pointer[row]
            copy(to: Int(place.start), &arena)
            let start = UInt32(arena.count)
            while token < tokens.count, tokens[token].start < place.end {
                copy(to: Int(tokens[token].start), &arena)
                arena.append("null" as StaticString)
                copied = Int(tokens[token].end)
                token += 1
            }
            copy(to: Int(place.end), &arena)
            moved.append(RowPlace(start: start, end: UInt32(arena.count)))
        }
        copy(to: block.count, &arena)
        return Rows(bytes: arena.finish(), places: Buffer(moved), isLineFed: isLineFed)
    }
}

extension Diagnostic {
    /// How much of a record a diagnostic keeps (I7).
    static let recordLimit = 64 * 1024
}

extension Bytes {
    /// The bytes after a byte order mark at the start of the input, and how long that is.
    func withoutMark(_ isFirst: Bool) -> (Bytes, Int) {
        guard isFirst, count >= 3, self[0] == 0xef, self[1] == 0xbb, self[2] == 0xbf else { return (self, 0) }
        return (self[3..<count], 3)
    }

    /// Copies a part, so that a small part does not keep a large block alive.
    package init(copying bytes: Bytes, _ range: Range<Int>) {
        self = bytes[range].withUnsafeBytes { Bytes(copying: $0) }
    }
}

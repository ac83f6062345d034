// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// The messages of a block of a Singer-style stream, each with the places of its envelope's members.
public struct MessageLines: Sendable {
    /// What kind of message a line is; names are compared in either case.
    public enum Kind: Int32, Sendable {
        case other = 0
        case record
        case state
        case schema
        case batch
        case activateVersion
    }

    /// Where one message and its members are in ``MessageLines/bytes``; as JSON text, strings with their quotes. A member
    /// that is not there has an empty place.
    public struct Message: BitwiseCopyable, Sendable, Hashable {
        let rawType: RowPlace
        let rawStream: RowPlace
        let rawRecord: RowPlace
        let rawTimeExtracted: RowPlace
        let rawVersion: RowPlace
        let rawValue: RowPlace
        let rawNamespace: RowPlace
        /// The whole message.
        public let line: RowPlace
        let rawKind: Int32

        public var kind: Kind { Kind(rawValue: rawKind) ?? .other }
        public var type: RowPlace { rawType }
        public var stream: RowPlace { rawStream }
        public var record: RowPlace { rawRecord }
        public var timeExtracted: RowPlace { rawTimeExtracted }
        public var version: RowPlace { rawVersion }
        public var value: RowPlace { rawValue }
        public var namespace: RowPlace { rawNamespace }
    }

    /// The block.
    public let bytes: Bytes
    public let messages: Buffer<Message>

    public var count: Int { messages.count }

    /// The text at a place.
    public subscript(place: RowPlace) -> Bytes { bytes[Int(place.start)..<Int(place.end)] }

    /// Finds the messages in a block of lines, in any order of keys, and checks every byte of them.
    ///
    /// Lines that are not one valid JSON object are rejected. A message with NaN or an infinity is kept as it is, with a
    /// warning for each.
    ///
    /// - Parameter hasNestedRecords: Whether records have an envelope of their own in the member `record`, as in Airbyte's
    ///   protocol; the stream, the record (`data`) and the time (`emitted_at`) are then looked for in there.
    /// - Throws: `CartloadError` with code `json.block-too-large`.
    public static func scan(
        _ bytes: Bytes, origin: Location = Location(), isFirst: Bool = false, hasNestedRecords: Bool = false,
        _ diagnostics: inout Diagnostics
    ) throws -> MessageLines {
        let (block, mark) = bytes.withoutMark(isFirst)
        return try JSONScanner.borrow { scanner in
            var lines = cl_json_lines()
            var envelopes: UnsafePointer<cl_json_envelope>?
            let code = block.withUnsafeBytes {
                cl_json_scan_messages(
                    scanner, $0.bytes, $0.count,
                    UInt32(CL_JSON_NOT_FINITE_ALLOWED) | (hasNestedRecords ? UInt32(CL_JSON_NESTED_RECORDS) : 0),
                    &lines, &envelopes)
            }
            try JSONScanner.check(code, at: origin)
            Rows.report(lines, of: block, skipped: mark, origin: origin, &diagnostics)
            diagnostics.warn(.notFinite, count: lines.token_count)
            precondition(
                MemoryLayout<Message>.stride == MemoryLayout<cl_json_envelope>.stride, "one layout on both sides")
            let messages = Buffer<Message>(count: lines.count) { messages in
                if let envelopes {
                    UnsafeMutableRawPointer(messages).copyMemory(
                        from: envelopes, byteCount: lines.count * MemoryLayout<Message>.stride)
                }
            }
            return MessageLines(bytes: block, messages: messages)
        }
    }
}

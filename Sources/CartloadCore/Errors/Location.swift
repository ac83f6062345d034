// SPDX-License-Identifier: Apache-2.0

/// Where something is in the input; every part that is known.
public struct Location: Sendable, Hashable {
    /// A path, URL, table or `stdin`.
    public var source: String?
    /// Physical line, from 1.
    public var line: Int?
    /// Offset in the decompressed input, from 0.
    public var byte: Int?
    /// Record number, from 1.
    public var record: Int?
    public var field: String?

    public init(
        source: String? = nil, line: Int? = nil, byte: Int? = nil, record: Int? = nil, field: String? = nil
    ) {
        self.source = source
        self.line = line
        self.byte = byte
        self.record = record
        self.field = field
    }
}

extension Location: CustomStringConvertible {
    /// `events.jsonl, line 12, byte 3071, field "amount"`
    public var description: String {
        var parts: [String] = []
        if let source { parts.append(source) }
        if let line { parts.append("line \(line)") }
        if let record, line == nil { parts.append("record \(record)") }
        if let byte { parts.append("byte \(byte)") }
        if let field { parts.append("field \"\(field)\"") }
        return parts.joined(separator: ", ")
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import Glibc

/// The two halves of a RECORD message, between which records are put.
struct RecordWrapping: Sendable {
    private let prefix: Bytes
    private let suffix: Bytes
    /// Whether lines are whole messages already.
    private let isWrapped: Bool

    init(_ message: BatchMessage) {
        self.init(
            message.stream, timeExtracted: message.timeExtracted.map { Bytes(JSONValue.string($0).description) },
            version: message.version, isWrapped: message.rows == .wrapped)
    }

    /// - Parameter timeExtracted: As JSON text.
    init(_ stream: String, timeExtracted: Bytes?, version: JSONValue?, isWrapped: Bool = false) {
        prefix = Bytes("{\"type\":\"RECORD\",\"stream\":\(JSONValue.string(stream)),\"record\":")
        var end = BytesBuilder()
        if let timeExtracted {
            end.append(",\"time_extracted\":" as StaticString)
            end.append(timeExtracted)
        }
        if let version { end.append(",\"version\":\(version)") }
        end.append("}\n" as StaticString)
        suffix = end.finish()
        self.isWrapped = isWrapped
    }

    /// The messages of a block of records, which of JSON Lines are looked at no more than needed to find their ends.
    func wrap(_ batch: RecordBatch) throws -> Bytes {
        if case .sealed(let sealed) = batch.body, sealed.format == "jsonl" {
            return isWrapped ? sealed.bytes.endingLine() : try wrap(lines: sealed.bytes, batch.origin)
        }
        var diagnostics = Diagnostics()
        let opened = try batch.opened(&diagnostics)
        if let fault = diagnostics.rejects.first { throw fault.error }
        var lines = BytesBuilder(capacity: opened.byteCount)
        opened.writeJSONLines(into: &lines, &diagnostics)
        return try wrap(lines: lines.finish(), batch.origin)
    }

    /// The messages of records that stand in lines.
    func wrap(lines: Bytes, _ origin: Location) throws -> Bytes {
        var output = BytesBuilder(capacity: lines.count * 2 + prefix.count + suffix.count)
        try lines.withUnsafeBytes { text in
            var start = 0
            while start < text.count {
                let end = RecordWrapping.endOfLine(text, from: start)
                defer { start = end + 1 }
                var line = start..<end
                while !line.isEmpty, text[line.upperBound - 1] <= 0x20 { line.removeLast() }
                while !line.isEmpty, text[line.lowerBound] <= 0x20 { line.removeFirst() }
                if line.isEmpty { continue }
                if line.lowerBound == 0, origin.byte == 0, text.starts(with: [0xef, 0xbb, 0xbf]) {
                    line.removeFirst(3)
                }
                guard text[line.lowerBound] == UInt8(ascii: "{"), text[line.upperBound - 1] == UInt8(ascii: "}") else {
                    var location = origin
                    location.byte = (origin.byte ?? 0) + line.lowerBound
                    location.line = nil
                    location.record = nil
                    throw CartloadError(.notAnObject, "the line is not a JSON object", at: location)
                }
                output.append(prefix)
                output.append(UnsafeRawBufferPointer(rebasing: text[line]))
                output.append(suffix)
            }
        }
        return output.finish()
    }

    private static func endOfLine(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
        guard let base = text.baseAddress, let found = memchr(base + start, 0x0a, text.count - start) else {
            return text.count
        }
        return UnsafeRawPointer(found) - base
    }
}

extension Bytes {
    /// The text with a line feed at its end.
    fileprivate func endingLine() -> Bytes {
        guard count > 0, self[count - 1] != UInt8(ascii: "\n") else { return self }
        var text = BytesBuilder(capacity: count + 1)
        text.append(self)
        text.append(UInt8(ascii: "\n"))
        return text.finish()
    }
}

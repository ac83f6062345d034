// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Opens files whose lines are whole RECORD messages, as tails.com's forks write them.
struct WrappedRecordsDecoder: SealedDecoder {
    let stream: String

    func decode(
        _ sealed: Sealed, at origin: Location, _ diagnostics: inout Diagnostics
    ) throws -> RecordBatch.Body {
        let lines = try MessageLines.scan(sealed.bytes, origin: origin, isFirst: origin.byte == 0, &diagnostics)
        var places: [RowPlace] = []
        places.reserveCapacity(lines.count)
        let own = Bytes(JSONValue.string(stream).description)
        try lines.messages.withUnsafeBufferPointer { messages in
            for message in messages {
                guard message.kind == .record, lines.isObject(message.record) else {
                    throw CartloadError(
                        .batchFile, "a line of the batch file is not a RECORD message",
                        at: lines.location(of: message, in: origin),
                        advice: "Set batch_rows to raw if lines are records.")
                }
                guard lines.has(own, at: message.stream) || lines.string(message.stream) == stream else {
                    throw CartloadError(
                        .batchFile, "a line of the batch file is a record of another stream than \"\(stream)\"",
                        at: lines.location(of: message, in: origin),
                        advice: "The message names the file of another one.")
                }
                places.append(message.record)
            }
        }
        var counted = Diagnostics()  // by the first scan already
        return .rows(try lines.rows(places, hasTokens: diagnostics.warnings[.notFinite] != nil, &counted))
    }
}

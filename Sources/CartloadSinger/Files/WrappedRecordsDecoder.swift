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
        try lines.messages.withUnsafeBufferPointer { messages in
            for message in messages {
                guard message.kind == .record, lines.isObject(message.record) else {
                    var location = origin
                    location.byte = (origin.byte ?? 0) + Int(message.line.start)
                    location.line = nil
                    throw CartloadError(
                        .batchFile, "a line of the batch file is not a RECORD message", at: location,
                        advice: "Set batch_rows to raw if lines are records.")
                }
                places.append(message.record)
            }
        }
        var counted = Diagnostics()  // by the first scan already
        return .rows(try lines.rows(places, hasTokens: diagnostics.warnings[.notFinite] != nil, &counted))
    }
}

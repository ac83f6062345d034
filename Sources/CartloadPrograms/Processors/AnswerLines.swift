// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFlow

/// What a program makes of records: a line for each, which is an object, null for nothing, an array of objects, or a string that
/// says why the record is rejected.
struct AnswerLines {
    /// How a program's answers are named in what it rejects.
    let rejected: CartloadError.Code
    let unusable: CartloadError.Code
    /// Whether one record may become several.
    let allowsMany: Bool

    /// The batch that comes out.
    ///
    /// - Parameters:
    ///   - text: As many lines as the batch has records.
    func batch(
        _ text: Bytes, answering batch: RecordBatch, count: Int, from name: String, _ diagnostics: inout Diagnostics
    ) throws -> RecordBatch {
        let origin = Location(source: batch.origin.source)
        // Nearly always every answer is an object; then the text is the records.
        var found = Diagnostics()
        let rows = try Rows.scan(text, origin: Location(source: name), &found)
        if rows.count == count, found.isEmpty { return RecordBatch(.rows(rows), key: batch.key, origin: origin) }
        var lines = BytesBuilder(capacity: text.count)
        var start = 0
        for position in 0..<count {
            let end = text.lineEnd(from: start)
            let line = text[start..<end]
            start = end + 1
            do {
                for record in try records(line) {
                    lines.append(Bytes(JSONValue.object(record).description))
                    lines.append(UInt8(ascii: "\n"))
                }
            } catch let refusal as Refusal {
                diagnostics.reject(batch.rejection(of: position, refusal.code, refusal.message))
            } catch {
                throw CartloadError(
                    .programAnswer, "the answer to record \(position + 1) of a batch is no JSON: \(line.beginning)",
                    at: Location(source: name), cause: error)
            }
        }
        return RecordBatch(.rows(try Rows.scan(lines.finish(), &found)), key: batch.key, origin: origin)
    }

    private struct Refusal: Error {
        let code: CartloadError.Code
        let message: String
    }

    private func records(_ line: Bytes) throws -> [JSONObject] {
        if line.isEmpty { return [] }
        switch try JSONValue(parsing: line) {
        case .object(let object): return [object]
        case .null: return []
        case .string(let message): throw Refusal(code: rejected, message: String(message.prefix(500)))
        case .array(let elements):
            let records = try elements.filter { !$0.isNull }.map { element in
                guard let object = element.objectValue else {
                    throw Refusal(code: unusable, message: "\(Bytes(element.description).beginning) is no object")
                }
                return object
            }
            guard allowsMany || records.count <= 1 else {
                throw Refusal(code: unusable, message: "the record became \(records.count) records")
            }
            return records
        default: throw Refusal(code: unusable, message: "\(line.beginning) is no object")
        }
    }
}

extension Bytes {
    /// The offset of the next line feed, or the end.
    fileprivate func lineEnd(from start: Int) -> Int {
        withUnsafeBytes { $0[start...].firstIndex(of: UInt8(ascii: "\n")) } ?? count
    }

    /// How it begins, in one line, for messages.
    var beginning: String {
        let text = self[0..<Swift.min(count, 200)].text
        let plain = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        return String(String(plain).prefix(80))
    }
}

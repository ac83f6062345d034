// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Finds the failed records in the result of a chunk.
///
/// Only the slots of the asked ones are made into values: a result may have a million of them.
struct FailedRecords {
    private let slots: Bytes

    /// - Parameter result: The text of a result.
    /// - Throws: `CartloadError` with code `json.invalid` or `json.truncated` for a text that is none.
    init(_ result: Bytes) throws {
        var diagnostics = Diagnostics()
        let document = try JSONDocument(
            scanning: result, finding: [["errors"]], origin: Location(source: "result"), &diagnostics)
        slots = document.text(0) ?? Bytes("[]")
    }

    /// Those after the first `skipped` ones.
    ///
    /// - Returns: The positions and problems of at most `limit` records, and whether there are more.
    func part(skipping skipped: Int, atMost limit: Int) throws -> (
        records: [(record: Int, problems: [RecordProblem])], hasMore: Bool
    ) {
        var places: [(record: Int, range: Range<Int>)] = []
        var hasMore = false
        var failures = 0
        walk { record, range in
            failures += 1
            if failures <= skipped { return true }
            if places.count == limit {
                hasMore = true
                return false
            }
            places.append((record, range))
            return true
        }
        let records = try places.map { place in
            let list = try JSONValue(parsing: slots[place.range]).arrayValue ?? []
            return (place.record, list.map { RecordProblem(errorSlot: $0, record: place.record) })
        }
        return (records, hasMore)
    }

    /// Calls the body with each slot that is a list, until it says no. The text is JSON that was checked before.
    private func walk(_ body: (Int, Range<Int>) -> Bool) {
        slots.withUnsafeBytes { bytes in
            var depth = 0
            var record = 0
            var start = 0
            var isInString = false
            var place = 0
            while place < bytes.count {
                let byte = bytes[place]
                if isInString {
                    if byte == UInt8(ascii: "\\") { place += 1 }
                    if byte == UInt8(ascii: "\"") { isInString = false }
                } else {
                    switch byte {
                    case UInt8(ascii: "\""): isInString = true
                    case UInt8(ascii: "["), UInt8(ascii: "{"):
                        if depth == 1 { start = place }
                        depth += 1
                    case UInt8(ascii: "]"), UInt8(ascii: "}"):
                        depth -= 1
                        if depth == 1, !body(record, start..<place + 1) { return }
                    case UInt8(ascii: ",") where depth == 1: record += 1
                    default: break
                    }
                }
                place += 1
            }
        }
    }
}

extension RecordProblem {
    /// What stands in the slot of an error.
    fileprivate init(errorSlot slot: JSONValue, record: Int) {
        self.init(
            record: record, message: slot["message"]?.stringValue ?? slot.description,
            path: slot["source_path"]?.stringValue, category: slot["error_category"]?.stringValue,
            type: slot["error_type"]?.stringValue, details: slot["additional_details"].flatMap { $0.isNull ? nil : $0 })
    }
}

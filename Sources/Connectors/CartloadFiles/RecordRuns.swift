// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Finds where neighbouring records cease to have the same values of some fields.
struct RecordRuns {
    private let fields: [String]
    /// The values of the run that is not over.
    private(set) var current: JSONValue?
    private var ended: [JSONValue] = []

    init(by fields: [String]) { self.fields = fields }

    /// The rows at which a new run begins, which is where the one before it ends.
    mutating func ends(in batch: RecordBatch, from first: Int, source: String) throws -> [Int] {
        var diagnostics = Diagnostics()
        let columns = try batch.columns(Projection(fields.map { Projection.Item($0) }), &diagnostics).columns
        for field in columns.schema.fields where field.type == .null && columns.count > 0 {
            throw CartloadError(
                .unknownField, "there is no field \"\(field.name)\" to divide batches by",
                at: batch.origin, advice: "Name fields that every record has.")
        }
        var ends: [Int] = []
        for row in first..<max(first, columns.count) {
            if row > first, columns.columns.allSatisfy({ $0.isSame(row, as: row - 1) }) { continue }
            let key = JSONValue.object(
                JSONObject(zip(columns.schema.fields, columns.columns).map { ($0.name, $1.jsonValue(row)) }))
            if let current, current != key {
                ended.append(current)
                ends.append(row)
            }
            current = key
        }
        return ends
    }

    /// The key of the run that ended first and has not been asked for.
    mutating func closed() -> JSONValue? {
        guard !ended.isEmpty else { return nil }  // in a ?: this would be the JSON null
        return ended.removeFirst()
    }
}

extension Column {
    /// Whether two rows hold the same.
    fileprivate func isSame(_ row: Int, as other: Int) -> Bool {
        if isNull(row) || isNull(other) { return isNull(row) && isNull(other) }
        return switch values {
        case .null: true
        case .boolean(let bits): bits[row] == bits[other]
        case .int64(let buffer): buffer[row] == buffer[other]
        case .float64(let buffer): buffer[row] == buffer[other]
        case .text(let text): text.value(row).elementsEqual(text.value(other))
        }
    }
}

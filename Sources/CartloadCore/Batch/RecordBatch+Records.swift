// SPDX-License-Identifier: Apache-2.0

extension RecordBatch {
    /// The selected records, one by one.
    ///
    /// - Throws: `CartloadError` when a sealed batch cannot be opened or rows that nobody checked are not JSON.
    public func records() throws -> [Record] {
        switch body {
        case .rows(let rows):
            return try (selection ?? .range(0..<rows.count)).map { row in
                do {
                    guard case .object(let object) = try JSONValue(parsing: rows[row]) else {
                        throw CartloadError(.notAnObject, "the record is not a JSON object")
                    }
                    return Record(object)
                } catch let error as CartloadError {
                    throw error.located(rows.location(ofRow: row, origin: origin))
                }
            }
        case .columns(let columns):
            return (selection ?? .range(0..<columns.count)).map { Record(columns, row: $0) }
        case .sealed:
            var diagnostics = Diagnostics()
            let batch = try opened(&diagnostics)
            if let reject = diagnostics.rejects.first { throw reject.error }
            return try batch.records()
        }
    }

    /// A batch of rows from JSON objects.
    public init(records: [JSONObject], origin: Location = Location()) {
        self.init(.rows(Rows(records.map { JSONValue.object($0).description })), origin: origin)
    }

    /// A batch of rows from values that encode as objects.
    ///
    /// - Throws: What encoding throws, or `CartloadError` with code `json.not-an-object`.
    public init(encoding values: [some Encodable], origin: Location = Location()) throws {
        self.init(records: try values.map { try JSONObject(encoding: $0) }, origin: origin)
    }
}

extension Selection {
    fileprivate func map<Result>(_ transform: (Int) throws -> Result) rethrows -> [Result] {
        var results: [Result] = []
        results.reserveCapacity(count)
        try forEach { results.append(try transform($0)) }
        return results
    }
}

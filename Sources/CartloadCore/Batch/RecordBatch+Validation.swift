// SPDX-License-Identifier: Apache-2.0

extension CartloadError.Code {
    /// A record does not satisfy the stream's JSON Schema.
    public static let invalidRecord = CartloadError.Code("record.invalid")
}

extension RecordBatch {
    /// The records that satisfy a schema; the others are rejected, each with its first failure (I9).
    public func validated(by validator: RecordValidator, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        if case .sealed = body { return try opened(&diagnostics).validated(by: validator, &diagnostics) }
        var isRejected: [Bool]?
        let rows: Rows
        let chosen: Selection?
        if case .rows(let own) = body {
            rows = own
            chosen = selection
        } else {
            var ignored = Diagnostics()
            rows = try self.rows(&ignored)
            chosen = nil
        }
        let total = chosen?.count ?? rows.count
        var lines = LineCounter()
        try validator.check(rows, selection: chosen) { position, field, message in
            if isRejected == nil { isRejected = Array(repeating: false, count: total) }
            isRejected?[position] = true
            let row = chosen?[position] ?? position
            var location = origin
            if case .rows = body {
                location = rows.location(ofRow: row, origin: origin, &lines)
            } else if let first = origin.record {
                location.record = first + (selection?[position] ?? position)
            }
            location.field = field
            diagnostics.reject(Diagnostic(.invalidRecord, message, at: location, record: rows.excerpt(ofRow: row)))
        }
        guard let isRejected else { return self }
        let kept = Selection.rows((0..<total).lazy.filter { !isRejected[$0] }.map { Int32($0) })
        var batch = self
        batch.selection = selection?.narrowed(by: kept) ?? kept
        return batch
    }

    /// Whether all records satisfy a schema, for those who do not ask which and why.
    package func isValid(by validator: RecordValidator) throws -> Bool {
        var isValid = true
        if case .rows(let rows) = body {
            try validator.check(rows, selection: selection) { _, _, _ in isValid = false }
        } else {
            var ignored = Diagnostics()
            try validator.check(rows(&ignored), selection: nil) { _, _, _ in isValid = false }
        }
        return isValid
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Looks at the cursor's field of every record: what is not new is left out, and the greatest value is where to go on.
struct CursorScan: Sendable {
    private let cursor: CursorDefinition
    private let since: CursorValue?
    private let skipsEqual: Bool
    private(set) var greatest: CursorValue?
    private var last: CursorValue?

    /// - Parameters:
    ///   - since: What was asked for; smaller values have been read.
    ///   - skipsEqual: Whether those that have just this value have been read too.
    ///   - greatest: What earlier pages of the batch had.
    init(_ cursor: CursorDefinition, since: CursorValue?, skipsEqual: Bool, greatest: CursorValue?) {
        self.cursor = cursor
        self.since = since
        self.skipsEqual = skipsEqual
        self.greatest = greatest
    }

    /// The records of a page that are new.
    ///
    /// - Throws: `CartloadError` with code `stream.out-of-order` when they do not come in the order that was promised.
    mutating func new(among blocks: [RecordBatch], _ diagnostics: inout Diagnostics) throws -> [RecordBatch] {
        try blocks.compactMap { block in
            var ignored = Diagnostics()
            var batch = try block.opened(&ignored)
            diagnostics.append(ignored)
            let projection = Projection([.init("cursor", path: [cursor.field], .raw)])
            let column = try batch.columns(projection, &ignored).columns.columns[0]
            var kept: [Int32] = []
            kept.reserveCapacity(column.count)
            for row in 0..<column.count where try isNew(column, row, batch.origin, &diagnostics) {
                kept.append(Int32(row))
            }
            if kept.isEmpty { return nil }
            guard kept.count < column.count else { return batch }
            let selection = Selection.rows(kept)
            batch.selection = batch.selection.map { $0.narrowed(by: selection) } ?? selection
            return batch
        }
    }

    private mutating func isNew(
        _ column: Column, _ row: Int, _ origin: Location, _ diagnostics: inout Diagnostics
    ) throws -> Bool {
        // Nobody can say that a record without a value has been read.
        guard let value = cursor.value(try column.rawValue(row)) else {
            diagnostics.warn(.apiRecordTime)
            return true
        }
        if cursor.isSorted, let last, value.order < last.order {
            throw CartloadError(
                .outOfOrder,
                "the records are not in the order of \"\(cursor.field)\": \(value.json) comes after \(last.json)",
                at: Location(source: origin.source, field: cursor.field),
                advice: "Ask the API for that order, or leave `sorted` out.")
        }
        last = value
        if let since, value.order < since.order || (skipsEqual && value.order == since.order) { return false }
        if greatest.map({ $0.order < value.order }) ?? true { greatest = value }
        return true
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Compares records with the window that was asked for: servers' bounds are included, excluded or rounded as they like.
struct WindowCheck: Sendable {
    private let window: TimeWindow
    private let field: [String]
    private let form: TimeForm
    private let drops: Bool

    init(_ window: TimeWindow, field: [String], form: TimeForm, drops: Bool) {
        self.window = window
        self.field = field
        self.form = form
        self.drops = drops
    }

    /// Counts records outside, and takes them out if that is wanted; one without a time is kept.
    func check(_ records: inout PageRecords) throws {
        for index in records.blocks.indices {
            var ignored = Diagnostics()
            let batch = try records.blocks[index].opened(&ignored)
            records.diagnostics.append(ignored)
            records.blocks[index] = batch
            let columns = try batch.columns(Projection([.init("time", path: field, .raw)]), &ignored).columns
            let column = columns.columns[0]
            var inside: [Int32] = []
            inside.reserveCapacity(column.count)
            for row in 0..<column.count {
                guard let instant = form.instant(in: column, row) else {
                    records.diagnostics.warn(.apiRecordTime)
                    inside.append(Int32(row))
                    continue
                }
                if window.contains(instant) {
                    inside.append(Int32(row))
                } else {
                    records.diagnostics.warn(.apiOutside)
                }
            }
            if drops, inside.count < column.count {
                let selection = Selection.rows(inside)
                records.blocks[index].selection = batch.selection.map { $0.narrowed(by: selection) } ?? selection
            }
        }
        records.blocks.removeAll { $0.count == 0 }
    }
}

extension TimeForm {
    /// The time in a cell, which holds JSON text or is typed already.
    fileprivate func instant(in column: Column, _ row: Int) -> Instant? {
        if column.isNull(row) { return nil }
        switch column.values {
        case .text(let text): return instant(text.value(row))
        case .int64(let values) where column.type == .timestamp(zoned: true) || column.type == .timestamp(zoned: false):
            return Instant(microseconds: values[row])
        case .int64(let values): return instant(String(values[row]))
        case .float64(let values): return instant(String(values[row]))
        case .null, .boolean: return nil
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Keeps the records whose replication key is not less than the bookmark, and notes the greatest.
///
/// The bound is inclusive, as Singer's convention is: records that came late with the same value are not lost. Records
/// without a value are kept, because nobody can say that they were sent before.
struct IncrementProcessor: Processor {
    let key: String
    let start: ReplicationValue?
    let highest: HighestValue

    func process(_ batch: RecordBatch, _ diagnostics: inout Diagnostics) throws -> RecordBatch {
        let (opened, projected) = try batch.opened(
            extracting: Projection([Projection.Item(key)]), &diagnostics)
        let column = projected.columns.columns[0]
        var kept: [Int32] = []
        kept.reserveCapacity(column.count)
        var greatest: ReplicationValue?
        for row in 0..<column.count {
            guard !column.isNull(row) else {
                kept.append(Int32(row))
                continue
            }
            guard let value = column.replicationValue(row) else { throw unordered(batch) }
            if let start, value < start { continue }
            kept.append(Int32(row))
            if greatest.map({ $0 < value }) ?? true { greatest = value }
        }
        if let greatest { highest.note(greatest) }
        var result = opened
        let all = kept.count == column.count
        if all, projected.kept == nil { return result }
        var inner = projected.kept
        if !all { inner = inner.map { $0.narrowed(by: .rows(kept)) } ?? .rows(kept) }
        if let inner { result.selection = opened.selection.map { $0.narrowed(by: inner) } ?? inner }
        return result
    }

    private func unordered(_ batch: RecordBatch) -> CartloadError {
        CartloadError(
            .singerCatalog, "the replication key \"\(key)\" has values without an order", at: batch.origin,
            advice: "Choose a field with numbers, texts or times, or replicate with FULL_TABLE.")
    }
}

extension Column {
    fileprivate func replicationValue(_ row: Int) -> ReplicationValue? {
        switch values {
        case .int64(let buffer) where type == .integer: .integer(buffer[row])
        case .float64(let buffer): .number(buffer[row])
        case .text(let text) where !type.isNested: .text(String(decoding: text.value(row), as: UTF8.self))
        case .int64: ReplicationValue(jsonValue(row))
        default: nil
        }
    }
}

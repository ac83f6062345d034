// SPDX-License-Identifier: Apache-2.0

package import CartloadCore

/// A processor that works on columns which it can name beforehand.
///
/// As the first of a link it is given them together with the opened block: one pass over the text instead of two.
package protocol ProjectingProcessor: Processor {
    /// The columns that it wants; nil when that depends on the batch.
    var projection: Projection? { get }

    /// Works on an opened batch.
    ///
    /// - Parameter columns: The wanted columns of the batch; what was wrong with them has been reported.
    func process(
        _ batch: RecordBatch, with columns: ProjectedColumns, _ diagnostics: inout Diagnostics
    ) throws -> RecordBatch
}

extension [any Processor] {
    /// Opens a block and applies the processors to it.
    ///
    /// - Returns: What comes out, and how many records were in the block, rejected ones included.
    package func process(
        opening sealed: RecordBatch, _ diagnostics: inout Diagnostics
    ) throws -> (batch: RecordBatch, recordsRead: Int) {
        var batch: RecordBatch
        let recordsRead: Int
        let rejected = diagnostics.rejects.count
        if let first = first as? any ProjectingProcessor, let projection = first.projection {
            let (opened, columns) = try sealed.opened(extracting: projection, &diagnostics)
            try opened.require(projection)
            // Records whose fields could not be taken out are in the opened batch and among the rejects.
            let extracted = columns.kept?.count ?? opened.count ?? 0
            recordsRead = extracted + diagnostics.rejects.count - rejected
            batch = try first.process(opened, with: columns, &diagnostics)
        } else {
            batch = try sealed.opened(&diagnostics)
            recordsRead = (batch.count ?? 0) + diagnostics.rejects.count - rejected
            if let first { batch = try first.process(batch, &diagnostics) }
        }
        for processor in dropFirst() {
            if let projection = (processor as? any ProjectingProcessor)?.projection { try batch.require(projection) }
            batch = try processor.process(batch, &diagnostics)
        }
        return (batch, recordsRead)
    }
}

extension RecordBatch {
    /// Makes sure that wanted fields are there, where that can be known: a source of columns, such as CSV or a table, has
    /// the same for all its records, whereas rows may each have other fields.
    fileprivate func require(_ projection: Projection) throws {
        guard case .columns(let columns) = body else { return }
        for item in projection.items ?? [] {
            do { try columns.schema.require(item.path[0], for: "the records") } catch let error as CartloadError {
                throw error.located(Location(source: origin.source))
            }
        }
    }
}

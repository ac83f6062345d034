// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// Columns taken out of a batch.
public struct ProjectedColumns: Sendable {
    /// One column for each wanted field, with a row for each record that was kept.
    public let columns: Columns
    /// The positions of the batch that were kept; nil when all were. The others are in the diagnostics.
    public let kept: Selection?

    public init(columns: Columns, kept: Selection? = nil) {
        self.columns = columns
        self.kept = kept
    }
}

extension RecordBatch {
    /// The wanted fields as columns, aligned with the batch's selected records.
    ///
    /// Records with a value that does not fit a wanted type are rejected (I9) and have no row.
    ///
    /// - Throws: `CartloadError` when a sealed batch cannot be opened or there are too many fields.
    public func columns(_ projection: Projection, _ diagnostics: inout Diagnostics) throws -> ProjectedColumns {
        switch body {
        case .rows(let rows):
            return try rows.columns(projection, selection: selection, origin: origin, &diagnostics)
        case .columns(let columns):
            return try columns.projected(projection, selection: selection, origin: origin, &diagnostics)
        case .sealed:
            return try opened(extracting: projection, &diagnostics).columns
        }
    }

    /// The batch opened, if it was sealed, and the wanted fields as columns, in one pass where the format can.
    public func opened(
        extracting projection: Projection, _ diagnostics: inout Diagnostics
    ) throws -> (batch: RecordBatch, columns: ProjectedColumns) {
        guard case .sealed(let sealed) = body else { return (self, try columns(projection, &diagnostics)) }
        precondition(selection == nil, "a sealed batch has no selection")
        var opened = try sealed.decoder.decode(sealed, extracting: projection, at: origin, &diagnostics)
        opened.batch.key = key
        return opened
    }
}

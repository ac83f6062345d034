// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

extension Rows {
    /// Finds and checks the records of a block of JSON Lines and extracts fields from them, in one pass over the bytes.
    ///
    /// The same as ``scan(_:origin:isFirst:allowsNotFinite:_:)`` and then ``RecordBatch/columns(_:_:)``, at two thirds of
    /// the cost.
    public static func scan(
        _ bytes: Bytes, extracting projection: Projection, origin: Location = Location(), isFirst: Bool = false,
        allowsNotFinite: Bool = true, _ diagnostics: inout Diagnostics
    ) throws -> (rows: Rows, columns: ProjectedColumns) {
        let (block, mark) = bytes.withoutMark(isFirst)
        return try JSONScanner.borrow { scanner in
            var lines = cl_json_lines()
            var table = cl_json_table()
            let flags = allowsNotFinite ? UInt32(CL_JSON_NOT_FINITE_ALLOWED) : 0
            let code = block.withUnsafeBytes { block in
                ProjectionItems.withItems(projection) { items, count in
                    cl_json_scan_columns(scanner, block.bytes, block.count, flags, items, count, &lines, &table)
                }
            }
            defer { cl_json_table_release(&table) }
            try JSONScanner.check(code, at: origin)
            // Values of NaN are counted once, with the tokens.
            table.not_finite = 0
            let rows = Rows(lines, of: block, skipped: mark, origin: origin, &diagnostics)
            let columns = rows.projected(
                &table, projection, nil, count: rows.count, origin: origin, &diagnostics)
            return (rows, columns)
        }
    }
}

extension SealedDecoder {
    /// Opens a block and extracts fields from its records; decoders that can do both at once override it.
    public func decode(
        _ sealed: Sealed, extracting projection: Projection, at origin: Location, _ diagnostics: inout Diagnostics
    ) throws -> (batch: RecordBatch, columns: ProjectedColumns) {
        let batch = RecordBatch(try decode(sealed, at: origin, &diagnostics), origin: origin)
        return (batch, try batch.columns(projection, &diagnostics))
    }
}

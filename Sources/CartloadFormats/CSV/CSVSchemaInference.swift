// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Finds the types of columns from the first records.
enum CSVSchemaInference {
    /// The kinds of values seen in each column; rows that are not valid are passed over.
    static func kinds(
        of bytes: Bytes, _ dialect: CSVDialect, columns: Int, nullTexts: [[UInt8]], pads: Bool, maximumRecords: Int
    ) -> [CellKinds] {
        let table = CSVTable(bytes, dialect, columns: columns, pads: pads, maximumRows: maximumRecords)
        var kinds = [CellKinds](repeating: [], count: columns)
        table.withReader(nullTexts) { reader in
            for index in 0..<columns { kinds[index] = reader.kinds(index) }
        }
        return kinds
    }
}

extension CSVDialect {
    /// The delimiter that divides the first records most evenly; a comma when none does.
    static func sniffedDelimiter(_ bytes: Bytes, _ options: CSVOptions) -> UInt8 {
        let comma = UInt8(ascii: ",")
        var best = (delimiter: comma, columns: 1)
        for delimiter in [comma, UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|")] {
            // Rows of another width than the first are rejects of the table.
            let table = CSVTable(
                bytes, CSVDialect(options, delimiter: delimiter), columns: nil, pads: false, maximumRows: 20)
            let uneven = table.rejects.count
            if uneven <= 1 || uneven * 10 <= table.rowCount, table.columnCount > best.columns {
                best = (delimiter, table.columnCount)
            }
        }
        return best.delimiter
    }
}

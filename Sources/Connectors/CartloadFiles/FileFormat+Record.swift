// SPDX-License-Identifier: Apache-2.0

internal import CartloadFormats

extension FileFormat {
    /// The format with its options.
    func recordFormat(_ csv: CSVOptions) -> any RecordFormat {
        switch self {
        case .jsonl: return JSONLinesFormat()
        case .csv:
            return CSVFormat(csv)
        case .tsv:
            var options = csv
            options.delimiter = options.delimiter ?? UInt8(ascii: "\t")
            return CSVFormat(options)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore
internal import CartloadFormats
internal import CartloadStorage

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

extension FilesDestinationOptions {
    /// The columns of a file that is there, in whose order more records must be written; nil when nothing tells.
    func columns(of path: String) throws -> [String]? {
        if csv.header == .absent { return nil }
        // As it will be written: a file with another delimiter then has one column of a strange name, which no record has.
        var csv = csv
        csv.delimiter = csv.delimiter ?? (chosenFormat == .tsv ? UInt8(ascii: "\t") : UInt8(ascii: ","))
        csv.schema = nil
        csv.infersTypes = false
        let reader = try DecompressingReader(FileReader(path: path), declared: chosenCompression)
        let columns = try CSVFormat(csv).splitter(over: reader, SplitOptions()).schema?.fields.map(\.name)
        return columns?.isEmpty == false ? columns : nil
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension CartloadError.Code {
    /// The content is of a format that is not read here.
    public static let unknownFormat = CartloadError.Code("format.unknown")
}

/// Finds out a file's format by its content, never by its name.
public enum FormatSniffer {
    /// The format that an uncompressed beginning has: JSON Lines when the first byte that is no blank is `{`, or when the
    /// source is called so, else CSV.
    ///
    /// - Throws: `CartloadError` with code `format.unknown` for what is certainly neither.
    public static func format(
        of first: Bytes, csv options: CSVOptions = .csv, source: String? = nil
    ) throws -> any RecordFormat {
        let place = Location(source: source, byte: 0)
        let bytes = first.withUnsafeBytes { Array($0.prefix(4096)) }
        for (magic, name) in magics where bytes.starts(with: magic.utf8) {
            throw CartloadError(.unknownFormat, "the file is \(name), not text", at: place, advice: "Name its format.")
        }
        let marks = bytes.drop { $0 <= 32 || [0xef, 0xbb, 0xbf].contains($0) }.lazy.filter { $0 > 32 }.prefix(2)
        if marks.elementsEqual("[{".utf8) {
            throw CartloadError(
                .unknownFormat, "the file is one JSON array, not JSON Lines", at: place,
                advice: "Write one object per line first, for example with: jq -c '.[]'")
        }
        return marks.first == UInt8(ascii: "{") || isLines(source) ? JSONLinesFormat() : CSVFormat(options)
    }

    /// Whether a name says JSON Lines. Taken for CSV, a file whose first line alone is broken would all be misread.
    private static func isLines(_ source: String?) -> Bool {
        guard var name = source?[...] else { return false }
        for suffix in [".gz", ".zst"] where name.hasSuffix(suffix) { name = name.dropLast(suffix.count) }
        return name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson")
    }

    /// What files of other formats begin with.
    private static let magics = [
        ("PAR1", "a Parquet file"), ("ARROW1", "an Arrow file"), ("SQLite format 3", "an SQLite database"),
        ("Obj\u{1}", "an Avro file"), ("PK\u{3}\u{4}", "a zip archive or a spreadsheet"), ("%PDF", "a PDF document"),
    ]
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// Finds out a file's format by its content, never by its name.
public enum FormatSniffer {
    /// The format that an uncompressed beginning has: JSON Lines when the first byte that is no blank is `{`, else CSV.
    public static func format(of first: Bytes, csv options: CSVOptions = .csv) -> any RecordFormat {
        first.withUnsafeBytes { buffer -> any RecordFormat in
            var rest = buffer[...]
            if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
            let mark = rest.first { $0 > 32 }
            return mark == UInt8(ascii: "{") ? JSONLinesFormat() : CSVFormat(options)
        }
    }
}

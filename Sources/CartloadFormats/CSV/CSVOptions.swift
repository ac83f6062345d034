// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// How a CSV or TSV file is written.
public struct CSVOptions: Sendable, Hashable {
    /// Where the names of the columns come from.
    public enum Header: Sendable, Hashable {
        /// The first record.
        case present
        /// Nowhere; the columns are called `column1`, `column2`, …
        case absent
        /// The configuration; the file has only data.
        case names([String])
    }

    /// What happens to a record with fewer cells than columns; one with more is always rejected.
    public enum ShortRecords: String, Sendable, Hashable, CaseIterable {
        case reject
        /// The missing cells are null.
        case pad
    }

    /// The byte between cells; nil to find out from the file's beginning, or to write commas.
    public var delimiter: UInt8?
    /// The byte around cells that hold others; nil when the file knows no quoting.
    public var quote: UInt8? = UInt8(ascii: "\"")
    /// A byte that takes away the meaning of the next within quotes; nil when a quote is doubled instead (RFC 4180).
    public var escape: UInt8?
    public var header = Header.present
    /// The texts that mean null when they stand without quotes; the first one is written. Empty by default.
    public var nullTexts = [""]
    public var shortRecords = ShortRecords.reject
    /// The types of the columns that are known; values that do not fit reject their record. The others are found out.
    public var schema: Schema?
    /// Whether the types of columns not in `schema` are found out from their values; they are strings otherwise.
    public var infersTypes = true
    /// How many records are looked at to find out.
    public var sampledRecords = 20_000

    public init() {}

    /// Comma-separated values as in RFC 4180, whatever the delimiter turns out to be.
    public static let csv = CSVOptions()

    /// Tab-separated values, quoted where needed.
    public static let tsv: CSVOptions = {
        var options = CSVOptions()
        options.delimiter = UInt8(ascii: "\t")
        return options
    }()
}

/// The bytes that structure a file, once they are all known.
struct CSVDialect: Sendable, Hashable {
    var delimiter: UInt8
    var quote: UInt8
    var hasQuotes: Bool
    var escape: UInt8?

    init(_ options: CSVOptions, delimiter: UInt8) {
        self.delimiter = delimiter
        quote = options.quote ?? 0
        hasQuotes = options.quote != nil
        escape = options.escape == options.quote ? nil : options.escape
    }
}

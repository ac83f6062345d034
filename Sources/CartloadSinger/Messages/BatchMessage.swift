// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// A BATCH message in any of its three dialects, brought into one form.
///
/// Sources: singer-sdk 0.54.9 (`encoding`), the working group's SIP-2 draft (`format` and `compression` maps, `size`,
/// `time_extracted`), the tails.com forks of pipelinewise (`filepath`).
public struct BatchMessage: Sendable, Hashable {
    /// Who speaks like this.
    public enum Dialect: String, Sendable, Hashable {
        /// The Meltano SDK.
        case sdk
        /// The Singer working group's proposal.
        case proposal
        /// tails.com's forks.
        case tails
    }

    /// How records stand in the files' lines.
    public enum RowForm: String, Sendable, Hashable {
        /// A line is a record.
        case raw
        /// A line is a RECORD message with the record in it.
        case wrapped
    }

    public var stream: String
    public var dialect: Dialect
    /// `jsonl`, `csv` or another name, aliases resolved.
    public var format: String
    /// Settings of the format, such as `delimiter` and `quote_char`.
    public var formatOptions: JSONObject
    /// `gzip`, `zstd`, `none`; what the message says, which the files' own first bytes overrule.
    public var compression: String
    /// Paths and URLs, in order, as they were written.
    public var files: [String]
    public var rows: RowForm
    /// Exactly how many records there are in all files together.
    public var recordCount: Int?
    /// How many records a file has at most.
    public var recordsPerFile: Int?
    public var timeExtracted: String?
    public var version: JSONValue?

    public init(
        _ stream: String, dialect: Dialect = .sdk, format: String = "jsonl", formatOptions: JSONObject = JSONObject(),
        compression: String = "none", files: [String], rows: RowForm = .raw, recordCount: Int? = nil,
        recordsPerFile: Int? = nil, timeExtracted: String? = nil, version: JSONValue? = nil
    ) {
        self.stream = stream
        self.dialect = dialect
        self.format = format
        self.formatOptions = formatOptions
        self.compression = compression
        self.files = files
        self.rows = rows
        self.recordCount = recordCount
        self.recordsPerFile = recordsPerFile
        self.timeExtracted = timeExtracted
        self.version = version
    }
}

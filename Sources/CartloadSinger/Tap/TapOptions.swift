// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow

/// How a Singer tap turns streams into messages.
public struct TapOptions: Sendable {
    /// The name of the tap, for the names of batch files.
    public var name: String
    /// Which streams go as BATCH messages, and how; nil sends RECORD messages.
    public var batches: BatchConfiguration?
    /// Applied to every stream after its selection.
    public var processors: [any Processor] = []
    /// Whether records are checked against the catalog's schema.
    public var validates = false
    /// What happens to texts that the schema calls dates and that are none.
    public var invalidDates = InvalidDates.keep
    public var errorPolicy = ErrorPolicy.fail
    /// Whether characters beyond ASCII are written as escapes.
    public var isASCIIOnly = false
    /// A STATE follows after so many records, and at the end of every batch.
    public var stateInterval = 10_000
    /// Whether FULL_TABLE streams carry a version and end with ACTIVATE_VERSION.
    public var emitsVersions = false
    public var blockSize = 256 << 10

    public init(name: String) { self.name = name }
}

/// What singer-sdk calls `batch_config`: how batch files are written, and where.
public struct BatchConfiguration: Sendable, Hashable {
    /// `jsonl` or `csv`.
    public var format = "jsonl"
    /// `none`, `gzip` or `zstd`.
    public var compression = "none"
    /// For csv: the byte between cells and the one around them.
    public var delimiter = UInt8(ascii: ",")
    public var quote = UInt8(ascii: "\"")
    /// The folder of the files, absolute, or `s3://bucket/prefix`.
    public var root: String
    /// Where the root is when it is in S3.
    public var store = BatchObjectStore()
    /// What file names begin with.
    public var prefix = ""
    /// A file has at most so many records.
    public var records = 10_000
    /// A file has at most so many bytes before compression.
    public var bytes: Int?
    /// The streams that go as batches; nil for all.
    public var streams: Set<String>?
    public var dialect = BatchMessage.Dialect.sdk

    public init(root: String) { self.root = root }

    /// Whether a stream goes as batches.
    public func includes(_ stream: String) -> Bool { streams?.contains(stream) ?? true }
}

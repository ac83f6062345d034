// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow

/// How a Singer target reads messages and when it makes records durable.
public struct TargetOptions: Sendable {
    /// What happens to a message of a type that is not known.
    public enum UnknownMessages: String, Sendable, Hashable, CaseIterable {
        case fail
        /// It is passed over, with one warning for each type.
        case skip
    }

    /// When everything written is made durable; whichever comes first.
    public struct Drain: Sendable, Hashable {
        public var records: Int
        public var bytes: Int
        /// How old the oldest record, or a STATE that waits, may get.
        public var age: Duration

        public init(records: Int = 100_000, bytes: Int = 64 << 20, age: Duration = .seconds(10)) {
            self.records = records
            self.bytes = bytes
            self.age = age
        }
    }

    /// Whether records are checked against their stream's schema.
    public var validates = true
    /// Whether every record gets the `_sdc_` columns.
    public var addsMetadata = false
    /// Whether ACTIVATE_VERSION takes older records away.
    public var activatesVersions = true
    /// Whether they are deleted rather than marked.
    public var deletesHard = false
    /// What happens to texts that the schema calls dates and that are none.
    public var invalidDates = InvalidDates.keep
    public var processors: [any Processor] = []
    public var errorPolicy = ErrorPolicy.fail
    public var unknownMessages = UnknownMessages.fail
    /// Whether lines that are no JSON object are passed over.
    public var skipsOtherLines = false
    /// Whether RECORD and BATCH before SCHEMA are taken, with types found out from the values.
    public var infersSchemas = false
    /// Whether a STATE that is `{}` or null, which would make the runner forget everything, is passed on.
    public var passesEmptyState = false
    public var drain = Drain()
    /// Whether no STATE leaves before the end: when the destination shows what was loaded only then, all at once, what
    /// an earlier STATE covers would be lost with the run.
    public var acknowledgesAtEnd = false
    /// Whether messages come out again: records get no columns of ours, and ACTIVATE_VERSION is passed on.
    var isConverting = false
    /// Whether BATCH messages are passed on as they are.
    var passesBatches = false
    public var batchFiles = BatchFileOptions()
    /// The longest message (I7).
    public var maximumMessageBytes = 256 << 20
    public var blockSize = 128 << 10

    public init() {}
}

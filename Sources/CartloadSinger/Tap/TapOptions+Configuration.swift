// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFlow
internal import Glibc

extension TapOptions {
    /// What can be set for a tap beside its connector's own settings.
    public static let settings: [Setting] =
        [
            Setting(
                "batch_config", .mapping(BatchConfiguration.settings),
                "Sends batch files and BATCH messages instead of RECORD messages."),
            Setting("validate_records", .boolean, "Whether records are checked against their schema.", default: false),
            InvalidDates.setting,
            Setting(
                "on_error", .choice(["fail", "reject"]),
                "Whether a bad record ends the run or goes to the reject file.",
                default: "fail"),
            Setting("reject_file", .string, "Where bad records go.", default: "rejects.jsonl"),
            Setting("max_rejects", .integer, "More bad records than this end the run."),
            Setting(
                "ensure_ascii", .boolean, "Whether characters beyond ASCII are written as \\u escapes.", default: false),
            Setting(
                "state_interval", .integer,
                "A STATE follows after at most so many records, where the source can go on.", default: 10_000),
            Setting(
                "emit_activate_version_messages", .boolean,
                "Whether FULL_TABLE streams carry a version and end with ACTIVATE_VERSION.", default: false),
        ] + SingerProcessors.settings

    /// From a checked configuration.
    ///
    /// - Parameter environment: The variables that say how S3 is reached; nil for this process's.
    public init(name: String, _ configuration: Configuration, environment: [String: String]? = nil) throws {
        self.init(name: name)
        if let batches = configuration["batch_config"]?.objectValue {
            self.batches = try BatchConfiguration(
                Configuration(
                    batches, settings: BatchConfiguration.settings, path: configuration.path(of: "batch_config"),
                    positions: configuration.positions), environment: environment)
        }
        validates = configuration.boolean("validate_records") ?? false
        invalidDates = InvalidDates(configuration)
        errorPolicy = try ErrorPolicy(singer: configuration)
        isASCIIOnly = configuration.boolean("ensure_ascii") ?? false
        stateInterval = try configuration.count("state_interval") ?? stateInterval
        emitsVersions = configuration.boolean("emit_activate_version_messages") ?? false
        processors = try SingerProcessors.make(configuration)
    }
}

extension BatchConfiguration {
    /// What can be set; the names and defaults of singer-sdk 0.54.9, and those that it lacks.
    public static let settings: [Setting] = [
        Setting(
            "encoding",
            .mapping([
                Setting("format", .choice(["jsonl", "csv"]), "The format of the files.", default: "jsonl"),
                Setting(
                    "compression", .choice(["none", "gzip", "zstd"]), "How they are compressed.", default: "none"),
                Setting("delimiter", .string, "csv: the character between cells.", default: ","),
                Setting("quote_char", .string, "csv: the character around cells that need it.", default: "\""),
            ]), "What the files are."),
        Setting(
            "storage",
            .mapping([
                Setting(
                    "root", .string, "The folder of the files, a path or a file:// URL, or s3://bucket/prefix.",
                    isRequired: true),
                Setting("prefix", .string, "What file names begin with."),
                BatchObjectStore.setting,
            ]), "Where the files go.", isRequired: true),
        Setting("batch_size", .integer, "A file has at most so many records.", default: 10_000),
        Setting("max_bytes", .integer, "A file has at most so many bytes before compression."),
        Setting("streams", .strings, "The streams that go as batches; all when it is not given."),
        Setting(
            "dialect", .choice(["sdk", "proposal"]),
            "Whose BATCH messages are written; those of sdk are read by readers of the proposal too.", default: "sdk"),
    ]

    /// From a checked configuration.
    ///
    /// - Parameter environment: The variables that say how S3 is reached; nil for this process's.
    public init(_ configuration: Configuration, environment: [String: String]? = nil) throws {
        let storage = configuration["storage"]?.objectValue ?? JSONObject()
        var root = storage["root"]?.stringValue ?? ""
        if root.hasPrefix("file://") { root = String(root.dropFirst(7)) }
        let object = BatchObject(root)
        guard !root.isEmpty, object != nil || !root.contains("://") else {
            throw CartloadError(
                .wrongType,
                "\"\(configuration.path(of: "storage")).root\" must be a folder of this machine or a bucket of S3",
                at: configuration.location(of: "storage"), advice: "Write a path, a file:// or an s3:// URL.")
        }
        while root.count > 1, root.hasSuffix("/") { root.removeLast() }
        if object == nil, !root.hasPrefix("/") {
            guard let folder = getcwd(nil, 0) else {
                throw CartloadError(.wrongType, "the working folder cannot be found out")
            }
            defer { free(folder) }
            root = String(cString: folder) + "/" + root
        }
        self.init(root: object?.description ?? root)
        if object != nil {
            do {
                store = try BatchObjectStore(
                    parameters: storage["params"]?.objectValue ?? JSONObject(),
                    environment: environment ?? BatchObjectStore.processEnvironment)
            } catch let error as CartloadError {
                throw error.located(configuration.location(of: "storage"))
            }
        }
        let encoding = configuration["encoding"]?.objectValue ?? JSONObject()
        format = encoding["format"]?.stringValue ?? format
        compression = encoding["compression"]?.stringValue ?? compression
        delimiter = try configuration.byte(encoding, "delimiter") ?? delimiter
        quote = try configuration.byte(encoding, "quote_char") ?? quote
        prefix = storage["prefix"]?.stringValue ?? prefix
        if prefix.split(separator: "/").contains("..") {
            throw CartloadError(
                .wrongType, "\"\(configuration.path(of: "storage")).prefix\" must not lead out of the root",
                at: configuration.location(of: "storage"))
        }
        records = try configuration.count("batch_size") ?? records
        bytes = try configuration.count("max_bytes")
        streams = configuration.strings("streams").map { Set($0) }
        dialect = configuration.string("dialect").flatMap(BatchMessage.Dialect.init) ?? dialect
    }
}

extension Configuration {
    fileprivate func byte(_ object: JSONObject, _ name: String) throws -> UInt8? {
        guard let text = object[name]?.stringValue else { return nil }
        let resolved = text == "\\t" ? "\t" : text
        guard let byte = resolved.utf8.first, resolved.utf8.count == 1, byte < 0x80 else {
            throw CartloadError(
                .wrongType, "\"\(path(of: "encoding")).\(name)\" must be one ASCII character",
                at: location(of: "encoding"))
        }
        return byte
    }
}

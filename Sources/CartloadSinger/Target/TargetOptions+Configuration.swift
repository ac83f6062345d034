// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFlow

extension TargetOptions {
    /// What can be set for a target beside its connector's own settings.
    ///
    /// Names that singer-sdk has are kept: a configuration made for one of its targets reads the same here.
    public static let settings: [Setting] =
        [
            Setting("validate_records", .boolean, "Whether records are checked against their schema.", default: true),
            InvalidDates.setting,
            Setting(
                "on_error", .choice(["fail", "reject"]),
                "Whether a bad record ends the run or goes to the reject file.",
                default: "fail"),
            Setting("reject_file", .string, "Where bad records go.", default: "rejects.jsonl"),
            Setting("max_rejects", .integer, "More bad records than this end the run."),
            Setting(
                "add_record_metadata", .boolean, "Whether every record gets the _sdc_ columns.", default: false),
            Setting(
                "load_method", .choice(["append-only", "append", "upsert", "overwrite"]),
                "Whether records are added, replace those with the same keys, or replace all; append-only by default."),
            Setting(
                "process_activate_version_messages", .boolean,
                "Whether ACTIVATE_VERSION takes away the records of older versions.", default: true),
            Setting(
                "hard_delete", .boolean,
                "Whether records of older versions are deleted, not only marked in _sdc_deleted_at.",
                default: false),
            Setting(
                "batch_size_rows", .integer, "Records are made durable, and their STATE is out, after so many of them.",
                default: 100_000),
            Setting(
                "batch_size_bytes", .integer, "The same after so many bytes of them.", default: 67_108_864),
            Setting(
                "batch_wait_limit_seconds", .number,
                "The same after so many seconds at most.", default: 10),
            Setting(
                "batch_roots", .strings,
                "Folders, and s3://bucket/prefix, from which files of BATCH messages may be read."),
            Setting(
                "batch_hosts", .strings,
                "Hosts, as host or host:port, from which files of BATCH messages may be read by http or https."),
            Setting(
                "batch_config",
                .mapping([
                    Setting("encoding", .mapping([]), "Not used by targets: files tell by themselves."),
                    Setting(
                        "storage",
                        .mapping([
                            Setting(
                                "root", .string,
                                "The folder of batch files, or s3://bucket/prefix; files may be read from it."),
                            Setting("prefix", .string, "Not used by targets."),
                            BatchObjectStore.setting,
                        ]), "Where batch files are looked for when they are not where the message says."),
                    Setting("batch_size", .integer, "Not used by targets."),
                ]), "Where batch files are, as a tap has it."),
            Setting(
                "batch_rows", .choice(["auto", "raw", "wrapped"]),
                "Whether lines of batch files are records or RECORD messages; by default as the message's dialect has it.",
                default: "auto"),
            Setting(
                "max_batch_file_bytes", .integer,
                "A batch file may have so many bytes once unpacked; 64 GiB by default."),
            Setting(
                "max_compression_ratio", .integer, "A batch file may grow to so many times its size.", default: 1000),
            Setting(
                "batch_timeout_seconds", .number,
                "How long the transfer of a file from a host or S3 may take; by default as long as something comes."),
            Setting("parallel_files", .integer, "How many files of a batch are read at once.", default: 4),
            Setting(
                "clean_up_batch_files", .boolean,
                "Whether batch files of this machine and of S3 are deleted once their records are durable.",
                default: false),
            Setting(
                "unknown_messages", .choice(UnknownMessages.allCases.map(\.rawValue)),
                "Whether a message of an unknown type ends the run or is passed over.", default: "fail"),
            Setting(
                "skip_other_lines", .boolean, "Whether lines that are no JSON objects are passed over.", default: false),
            Setting(
                "infer_schemas", .boolean,
                "Whether streams without SCHEMA are taken, with types found out from the records.", default: false),
            Setting(
                "emit_empty_state", .boolean,
                "Whether a STATE that is {} or null, which makes runners forget everything, is passed on.",
                default: false),
            Setting("max_message_bytes", .integer, "A longer message, in bytes, is an error.", default: 268_435_456),
        ] + SingerProcessors.settings

    /// From a checked configuration.
    ///
    /// - Parameter environment: The variables that say how S3 is reached; nil for this process's.
    public init(_ configuration: Configuration, environment: [String: String]? = nil) throws {
        self.init()
        validates = configuration.boolean("validate_records") ?? true
        invalidDates = InvalidDates(configuration)
        addsMetadata = configuration.boolean("add_record_metadata") ?? false
        activatesVersions = configuration.boolean("process_activate_version_messages") ?? true
        deletesHard = configuration.boolean("hard_delete") ?? false
        errorPolicy = try ErrorPolicy(singer: configuration)
        unknownMessages = configuration.string("unknown_messages").flatMap(UnknownMessages.init) ?? .fail
        skipsOtherLines = configuration.boolean("skip_other_lines") ?? false
        infersSchemas = configuration.boolean("infer_schemas") ?? false
        passesEmptyState = configuration.boolean("emit_empty_state") ?? false
        drain = Drain(
            records: try configuration.count("batch_size_rows") ?? drain.records,
            bytes: try configuration.count("batch_size_bytes") ?? drain.bytes,
            age: try configuration.seconds("batch_wait_limit_seconds") ?? drain.age)
        maximumMessageBytes = try configuration.count("max_message_bytes") ?? maximumMessageBytes
        processors = try SingerProcessors.make(configuration)
        batchFiles = try BatchFileOptions(configuration, environment: environment)
    }
}

extension BatchFileOptions {
    /// From a checked configuration.
    ///
    /// - Parameter environment: The variables that say how S3 is reached; nil for this process's.
    init(_ configuration: Configuration, environment: [String: String]? = nil) throws {
        self.init()
        access = try BatchFileAccess(
            roots: configuration.strings("batch_roots") ?? [],
            storageRoot: configuration["batch_config"]?["storage"]?["root"]?.stringValue,
            hosts: configuration.strings("batch_hosts") ?? [])
        if !access.objectRoots.isEmpty {
            store = try BatchObjectStore(
                parameters: configuration["batch_config"]?["storage"]?["params"]?.objectValue ?? JSONObject(),
                environment: environment ?? BatchObjectStore.processEnvironment)
        }
        rows = configuration.string("batch_rows").flatMap(BatchMessage.RowForm.init)
        maximumBytes = try configuration.count("max_batch_file_bytes") ?? maximumBytes
        maximumExpansion = try configuration.count("max_compression_ratio") ?? maximumExpansion
        concurrency = try configuration.count("parallel_files") ?? concurrency
        maximumRecordBytes = try configuration.count("max_message_bytes") ?? maximumRecordBytes
        remoteTimeout = try configuration.seconds("batch_timeout_seconds")
        cleansUp = configuration.boolean("clean_up_batch_files") ?? false
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFlow

/// How RECORD messages are packed into BATCH messages.
public struct PackOptions: Sendable {
    public var batches: BatchConfiguration
    /// Whether records are checked against their stream's schema.
    public var validates = false
    public var isASCIIOnly = false
    /// What is done to records. Batches that come in are then read and packed anew, so that nothing passes by (I4).
    public var processors: [any Processor] = []
    /// How the files of batches that come in are read, when they are.
    public var batchFiles = BatchFileOptions()
    /// A STATE waits so long at most; then unfinished files are finished for it.
    public var age = Duration.seconds(10)
    /// The name in the names of batch files.
    public var name = "pack"

    public init(_ batches: BatchConfiguration) { self.batches = batches }

    /// What can be set.
    public static let settings: [Setting] =
        BatchConfiguration.settings.filter { $0.name != "streams" } + [
            Setting("batch_config", .mapping(BatchConfiguration.settings), "The same settings, as taps have them."),
            Setting("validate_records", .boolean, "Whether records are checked against their schema.", default: false),
            Setting(
                "ensure_ascii", .boolean, "Whether characters beyond ASCII are written as \\u escapes.", default: false),
            Setting(
                "batch_wait_limit_seconds", .number, "A STATE waits so long at most; then smaller files are written.",
                default: 10),
            Setting(
                "batch_roots", .strings, "Folders, and s3://bucket/prefix, from which batches that come in may be read."
            ),
            Setting("batch_hosts", .strings, "Hosts from which batches that come in may be read."),
        ] + SingerProcessors.settings

    /// From a mapping that has the settings either at its top or under `batch_config`.
    ///
    /// - Parameter environment: The variables that say how S3 is reached; nil for this process's.
    public init(
        _ values: JSONObject, positions: Configuration.Positions = Configuration.Positions(),
        environment: [String: String]? = nil
    ) throws {
        var own = values
        let nested = values["batch_config"]?.objectValue
        let mine = Set(BatchConfiguration.settings.map(\.name))
        for name in own.keys where !mine.contains(name) { own[name] = nil }
        let all = try Configuration(
            values, settings: PackOptions.settings.map { $0.name == "storage" ? $0.optional : $0 }, positions: positions
        )
        self.init(
            try BatchConfiguration(
                Configuration(
                    nested ?? own, settings: BatchConfiguration.settings, path: nested == nil ? "" : "batch_config",
                    positions: positions), environment: environment))
        validates = all.boolean("validate_records") ?? validates
        isASCIIOnly = all.boolean("ensure_ascii") ?? isASCIIOnly
        processors = try SingerProcessors.make(all)
        batchFiles.access = try BatchFileAccess(
            roots: all.strings("batch_roots") ?? [], storageRoot: batches.root, hosts: all.strings("batch_hosts") ?? [])
        batchFiles.store = batches.store
        age = try all.seconds("batch_wait_limit_seconds") ?? age
    }
}

extension Setting {
    fileprivate var optional: Setting {
        var setting = self
        setting.isRequired = false
        return setting
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadFlow
internal import CartloadProcess

extension Connector {
    /// Taps and targets of others, as child processes.
    public static let singer = Connector(
        "singer", "Singer taps and targets of others, run as child processes.",
        source: Role(settings: SingerSource.settings) { try SingerSource($0) },
        destination: Role(settings: SingerDestination.settings) { try SingerDestination($0) })
}

extension SingerSource {
    /// What can be set.
    public static let settings: [Setting] =
        ForeignProgram.settings("tap") + [
            Setting("catalog", .mapping([]), "Its catalog; by default it is asked with --discover."),
            Setting("streams", .strings, "The streams to read; by default those that the catalog selects."),
        ]
        + TargetOptions.settings.filter {
            [
                "batch_roots", "batch_hosts", "batch_config", "batch_rows", "max_batch_file_bytes",
                "max_compression_ratio",
                "max_message_bytes",
            ].contains($0.name)
        }

    /// From a checked configuration.
    public init(_ configuration: Configuration) throws {
        self.init(try ForeignProgram(configuration), streams: configuration.strings("streams"))
        if let catalog = configuration["catalog"], !catalog.isNull { self.catalog = try Catalog(catalog) }
        batchFiles = try BatchFileOptions(configuration)
        maximumMessageBytes = try configuration.count("max_message_bytes") ?? maximumMessageBytes
    }
}

extension SingerDestination {
    /// What can be set.
    public static let settings: [Setting] =
        ForeignProgram.settings("target") + [
            Setting(
                "batch_config", .mapping(BatchConfiguration.settings),
                "Sends batch files and BATCH messages instead of RECORD messages."),
            Setting(
                "ensure_ascii", .boolean, "Whether characters beyond ASCII are written as \\u escapes.", default: false),
        ]

    /// From a checked configuration.
    public init(_ configuration: Configuration) throws {
        self.init(
            try ForeignProgram(configuration), isASCIIOnly: configuration.boolean("ensure_ascii") ?? false)
        if let batches = configuration["batch_config"]?.objectValue {
            self.batches = try BatchConfiguration(
                Configuration(
                    batches, settings: BatchConfiguration.settings, path: configuration.path(of: "batch_config"),
                    positions: configuration.positions))
        }
    }
}

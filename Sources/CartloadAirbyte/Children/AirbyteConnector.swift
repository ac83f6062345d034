// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
internal import CartloadProcess

extension Connector {
    /// Airbyte sources of others, as child processes.
    public static let airbyte = Connector(
        "airbyte", "Airbyte sources of others, run as child processes.",
        source: Role(settings: AirbyteSource.settings) { try AirbyteSource($0) })
}

extension AirbyteSource {
    /// What can be set.
    public static let settings: [Setting] =
        ForeignProgram.settings("source") + [
            Setting("catalog", .mapping([]), "Its catalog; by default it is asked with discover."),
            Setting("streams", .strings, "The streams to read; by default all."),
            Setting(
                "full_refresh", .boolean, "Whether streams are read whole that could be read from their state on.",
                default: false),
            Setting("check", .boolean, "Whether it is asked first if its configuration works.", default: true),
            Setting("max_message_bytes", .integer, "The longest message that is read.", default: 268_435_456),
        ]

    /// From a checked configuration.
    public init(_ configuration: Configuration) throws {
        self.init(try ForeignProgram(configuration), streams: configuration.strings("streams"))
        if let catalog = configuration["catalog"], !catalog.isNull {
            guard let streams = catalog["streams"]?.arrayValue else {
                throw AirbyteFault.catalog("it has no list of \"streams\"")
                    .located(configuration.location(of: "catalog"))
            }
            self.catalog = try streams.map { try AirbyteStream($0["stream"] ?? $0) }
        }
        isFullRefresh = configuration.boolean("full_refresh") ?? false
        checks = configuration.boolean("check") ?? true
        maximumMessageBytes = try configuration.count("max_message_bytes") ?? maximumMessageBytes
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow

/// How a source's streams become messages.
public struct SourceOptions: Sendable {
    /// What the connector is called: `source-sqlite`.
    public var name: String
    public var processors: [any Processor] = []
    public var errorPolicy = ErrorPolicy.fail
    /// A STATE follows after so many records of a batch, and at the end of every batch.
    public var stateInterval = 10_000
    /// So long at least is between two states of a stream, but for the last.
    public var stateDelay = Duration.zero
    public var blockSize = 128 << 10
    /// nil takes the number of cores.
    public var workers: Int?

    public init(name: String) { self.name = name }
}

extension SourceOptions {
    /// What can be set beside the connector's own settings.
    public static let settings: [Setting] = [
        Setting("state_interval", .integer, "A STATE follows after so many records of a batch.", default: 10_000),
        Setting("state_seconds", .number, "So many seconds at least are between two STATEs of a stream.", default: 0),
        Setting("processors", .list, "What is done to records, as in a flow: - drop: [email]"),
        Setting(
            "on_error", .choice(["fail", "reject"]), "Whether a bad record ends its stream or goes to the reject file.",
            default: "fail"),
        Setting("reject_file", .string, "Where bad records go.", default: "rejects.jsonl"),
        Setting("max_rejects", .integer, "More bad records than this end the stream."),
    ]

    /// From a checked configuration.
    public init(name: String, _ configuration: Configuration) throws {
        self.init(name: name)
        stateInterval = try configuration.count("state_interval") ?? stateInterval
        stateDelay = try configuration.seconds("state_seconds") ?? stateDelay
        errorPolicy = try ErrorPolicy(airbyte: configuration)
        if let list = configuration["processors"], !list.isNull {
            processors = try Processors.make(
                from: list, path: configuration.path(of: "processors"), positions: configuration.positions)
        }
    }
}

extension ErrorPolicy {
    init(airbyte configuration: Configuration) throws {
        guard configuration.string("on_error") == "reject" else {
            self = .fail
            return
        }
        self = .reject(
            file: configuration.string("reject_file") ?? "rejects.jsonl",
            limit: try configuration.count("max_rejects", orZero: true))
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadFlow

/// How a destination reads messages and when it makes records durable.
public struct DestinationOptions: Sendable {
    /// When everything written is made durable; whichever comes first.
    public struct Drain: Sendable, Hashable {
        public var records: Int
        public var bytes: Int
        /// How many states may wait.
        public var states: Int
        /// How old the oldest record, or a state that waits, may get.
        public var age: Duration

        public init(
            records: Int = 100_000, bytes: Int = 64 << 20, states: Int = 1000, age: Duration = .seconds(10)
        ) {
            self.records = records
            self.bytes = bytes
            self.states = states
            self.age = age
        }
    }

    public var processors: [any Processor] = []
    public var errorPolicy = ErrorPolicy.fail
    /// Whether every record gets the number of its generation; records that replace others get it anyway.
    public var addsGeneration = false
    public var drain = Drain()
    /// The longest message (I7).
    public var maximumMessageBytes = 256 << 20
    public var blockSize = 128 << 10

    public init() {}
}

extension DestinationOptions {
    /// What can be set beside the connector's own settings.
    public static let settings: [Setting] = [
        Setting("processors", .list, "What is done to records, as in a flow: - drop: [email]"),
        Setting(
            "on_error", .choice(["fail", "reject"]), "Whether a bad record ends the sync or goes to the reject file.",
            default: "fail"),
        Setting("reject_file", .string, "Where bad records go.", default: "rejects.jsonl"),
        Setting("max_rejects", .integer, "More bad records than this end the sync."),
        Setting(
            "add_generation_id", .boolean, "Whether every record gets the column _airbyte_generation_id.",
            default: false),
        Setting("batch_size_rows", .integer, "So many records are made durable together.", default: 100_000),
        Setting("batch_size_bytes", .integer, "So many bytes are made durable together.", default: 67_108_864),
        Setting(
            "batch_wait_limit_seconds", .number,
            "Records are durable, and their STATEs are out, after so long at most.", default: 10),
        Setting("max_message_bytes", .integer, "The longest message that is read.", default: 268_435_456),
    ]

    /// From a checked configuration.
    public init(_ configuration: Configuration) throws {
        errorPolicy = try ErrorPolicy(airbyte: configuration)
        addsGeneration = configuration.boolean("add_generation_id") ?? false
        drain.records = try configuration.count("batch_size_rows") ?? drain.records
        drain.bytes = try configuration.count("batch_size_bytes") ?? drain.bytes
        drain.age = try configuration.seconds("batch_wait_limit_seconds") ?? drain.age
        maximumMessageBytes = try configuration.count("max_message_bytes") ?? maximumMessageBytes
        if let list = configuration["processors"], !list.isNull {
            processors = try Processors.make(
                from: list, path: configuration.path(of: "processors"), positions: configuration.positions)
        }
    }
}

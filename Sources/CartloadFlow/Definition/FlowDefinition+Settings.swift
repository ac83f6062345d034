// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension FlowDefinition {
    /// What a flow file can say.
    public static let settings: [Setting] =
        [
            Setting("name", .string, "What the flow is called in messages; by default the file's name."),
            Setting(
                "source", .any, "Where records come from: an endpoint, or a connector with its settings."),
            Setting("streams", .strings, "The source's streams to take, by default all."),
            Setting("processors", .list, "What happens to the records, in this order."),
            Setting("batch", .mapping(batchSettings), "How records are divided into batches."),
            Setting("destination", .any, "Where records go: an endpoint, or a connector with its settings."),
            Setting("destinations", .list, "Several destinations; each gets all records."),
            Setting("checkpoint", .mapping(checkpointSettings), "How often to commit within a batch."),
            Setting("on_error", .any, "fail, or reject: what happens to a bad record."),
            Setting("batch_failures", .mapping(batchFailureSettings), "What happens when reading a batch fails."),
            Setting("schema", .any, "JSON Schema of the records, or the path of a file with it."),
            Setting("validate", .boolean, "Whether records are checked against the schema.", default: true),
        ] + FlowLink.settings + [
            Setting("links", .list, "Several of all this, each with a name; instead of one.")
        ]

    static let batchSettings: [Setting] = [
        Setting("by", .strings, "Expressions whose values the records of a batch share."),
        Setting("records", .integer, "Records in a batch at most."),
        Setting("bytes", .any, "Size of a batch at most, such as 64MB."),
    ]

    static let checkpointSettings: [Setting] = [
        Setting("records", .integer, "Commit after this many records.", default: 1_000_000),
        Setting("seconds", .number, "Commit after this many seconds.", default: 10),
    ]

    static let batchFailureSettings: [Setting] = [
        Setting("attempts", .integer, "How often a batch is tried in all.", default: 1),
        Setting("backoff_seconds", .number, "How long to wait before the second try; doubled for each.", default: 1),
        Setting("max_backoff_seconds", .number, "The longest wait.", default: 60),
        Setting(
            "then", .choice(BatchFailurePolicy.Last.allCases.map(\.rawValue)),
            "Whether the run stops after the last try, or skips the batch, which the next run tries first.",
            default: "stop"),
        Setting("timeout_seconds", .number, "How long one try may take."),
    ]

    static let errorSettings: [Setting] = [
        Setting("policy", .choice(["fail", "reject"]), "What happens to a bad record.", isRequired: true),
        Setting("file", .string, "Where rejected records go."),
        Setting("limit", .integer, "The run fails when more records than this are rejected."),
    ]
}

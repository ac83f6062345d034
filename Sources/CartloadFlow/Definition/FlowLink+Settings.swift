// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension FlowLink {
    /// What a link can say beyond what a flow can.
    static let settings: [Setting] = [
        Setting("inlets", .list, "Several sources, whose records come together in this order."),
        Setting("inlet_concurrency", .integer, "How many of them are read at the same time.", default: 8),
        Setting("gather", .any, "How much of a transfer is divided together.", default: "64MB"),
        Setting("outlets", .list, "Another name of destinations."),
        Setting("batchers", .list, "Divide what a transfer brings, one after another; each batch goes to all outlets."),
        Setting("buffer", .mapping(bufferSettings), "Holds records back across transfers."),
        Setting(
            "ordering", .choice(["together", "per_outlet"]), "Whether outlets wait for one another after each batch.",
            default: "together"),
        Setting(
            "metadata_field", .string, "The field that tells processors and batchers a record's inlet and metadata."),
        Setting("tags", .strings, "Named with every transfer."),
        Setting("schedule", .mapping(scheduleSettings), "When it runs; without one it runs once."),
    ]

    static let scheduleSettings: [Setting] = [
        Setting("every", .any, "An interval such as 30s or 5m."),
        Setting("cron", .string, "Times as cron has them, with 5 fields or 6, or @daily."),
        Setting("zone", .string, "The time zone of cron.", default: "UTC"),
        Setting("manual", .boolean, "Only when somebody asks."),
        Setting("immediate", .boolean, "Whether it runs at the start too.", default: true),
        Setting(
            "overlap", .any, "skip, queue or {allow: N}: what happens when it is due while it runs.", default: "skip"),
        Setting(
            "missed", .any, "run_once, skip or {run_all: N}: what happens to times that passed unused.",
            default: "run_once"),
        Setting("jitter", .any, "Starts are delayed by a random part of this."),
        Setting("timeout", .any, "A run that takes longer is cancelled."),
        Setting(
            "on_failure", .choice(["continue", "end", "stop"]), "Whether a failed run ends its link, or everything.",
            default: "continue"),
    ]

    static let bufferSettings: [Setting] = [
        Setting("records", .integer, "At least so many records."),
        Setting("bytes", .any, "At least so many bytes; in exact batches at most so many."),
        Setting("age", .any, "So long after the first record."),
        Setting("idle", .any, "So long after the last record."),
        Setting("check", .string, "A record for which this is true is the last one."),
        Setting(
            "mode", .choice(LinkBuffer.Mode.allCases.map(\.rawValue)),
            "Whether one limit is enough, or all must be reached.",
            default: "any"),
        Setting(
            "release", .choice(LinkBuffer.Shape.allCases.map(\.rawValue)),
            "Whether everything is let go at once, or batches of exactly that size.", default: "everything"),
        Setting("file", .string, "A SQLite database that holds the records too, so that they survive a crash."),
    ]

    static let inletSettings: [Setting] = [
        Setting("name", .string, "Tells inlets apart."),
        Setting("streams", .strings, "The streams to take."),
        Setting("metadata", .mapping([]), "What is known of every record."),
        Setting("on_failure", .any, "fail, skip or {then: …, attempts: N, backoff: 1s}."),
    ]

    static let policySettings: [Setting] = [
        Setting("then", .choice(StagePolicy.Last.allCases.map(\.rawValue)), "After the last try.", default: "fail"),
        Setting("attempts", .integer, "How often it is tried in all.", default: 1),
        Setting("backoff", .any, "How long to wait before the second try; doubled for each.", default: "1s"),
    ]
}

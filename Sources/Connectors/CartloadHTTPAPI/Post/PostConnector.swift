// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension Connector {
    /// A URL that takes records.
    public static let post = Connector(
        "post", "Sends records to a URL, many in one request.",
        destination: Role(settings: PostOptions.settings) { PostDestination(try PostOptions($0)) })
}

extension PostOptions {
    static let settings: [Setting] =
        HTTPEndpoint.settings("Where requests go; {stream} stands for the stream's name.") + [
            Setting("method", .choice(["POST", "PUT", "PATCH"]), "How they are sent.", default: "POST"),
            Setting(
                "format", .choice(Form.allCases.map(\.rawValue)),
                "A body is a JSON array, or a JSON object in each line.",
                default: "json"),
            Setting("compression", .choice(["none", "gzip"]), "How bodies are compressed.", default: "none"),
            Setting("records", .integer, "Records in a request; by default as the flow's batches, or 500."),
            Setting(
                "bytes", .integer, "Bytes of a body at most, before it is compressed; a larger record is a bad one.",
                default: .int(1 << 20)),
            Setting(
                "partial", .choice(["keep", "send"]),
                "What a commit does with a request that is not full: keep its records with the checkpoint, or send it.",
                default: "keep"),
            Setting(
                "key_header", .string,
                "The header with a key that is the same when a request is sent again; empty for none.",
                default: "Idempotency-Key"),
            Setting("key_salt", .string, "Another text makes other keys, to send the same records on purpose."),
        ]

    init(_ configuration: Configuration) throws {
        var endpoint = try HTTPEndpoint(configuration)
        // Nothing is read from an answer but how it begins.
        endpoint.maximumBodyBytes = 1 << 20
        self.init(endpoint)
        method = configuration.string("method") ?? method
        form = configuration.string("format").flatMap(Form.init(rawValue:)) ?? form
        isCompressed = configuration.string("compression") == "gzip"
        records = try configuration.count("records")
        bytes = try configuration.count("bytes") ?? bytes
        guard bytes <= PostOptions.maximumBytes, records ?? 1 <= PostOptions.maximumRecords else {
            throw CartloadError(
                .wrongType,
                "a request has at most \(PostOptions.maximumRecords) records and \(PostOptions.maximumBytes) bytes",
                at: configuration.location())
        }
        sendsPartial = configuration.string("partial") == "send"
        if let header = configuration.string("key_header") { keyHeader = header.isEmpty ? nil : header }
        keySalt = configuration.string("key_salt") ?? keySalt
    }

    /// The largest request, because it is held in memory and kept in checkpoints (I7).
    private static let maximumBytes = 64 << 20
    private static let maximumRecords = 1_000_000
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

extension Connector {
    /// A URL that answers with records.
    public static let poll = Connector(
        "poll", "What one URL answers; each run asks once and reads it if it has changed.",
        source: Role(settings: PollOptions.settings) { PollSource(try PollOptions($0)) },
        endpoint: { text in
            guard text.hasPrefix("https://") || text.hasPrefix("http://") else { return nil }
            return JSONObject([("url", .string(text))])
        })
}

extension PollOptions {
    static let settings: [Setting] =
        HTTPEndpoint.settings("What is asked for.") + [
            Setting("name", .string, "The name of the stream.", default: "poll"),
            Setting(
                "format", .choice(Form.allCases.map(\.rawValue)),
                "The form of the answer; by default what its Content-Type says, or its beginning."),
            Setting(
                "records", .string,
                "Where in a JSON body the records are, such as data.items; by default it is an array of them, or one."),
            Setting("keys", .strings, "The fields that identify a record."),
            Setting("schema", .any, "A JSON Schema of the records."),
            Setting(
                "unchanged", .choice(["skip", "read"]), "What happens to an answer that is the same as the last one.",
                default: "skip"),
            Setting("max_body_bytes", .integer, "A longer answer is an error.", default: .int(64 << 20)),
        ]

    init(_ configuration: Configuration) throws {
        var endpoint = try HTTPEndpoint(configuration)
        endpoint.maximumBodyBytes =
            try configuration.integer("max_body_bytes", in: 1...1 << 30) ?? endpoint.maximumBodyBytes
        self.init(endpoint)
        name = configuration.string("name") ?? name
        form = configuration.string("format").flatMap(Form.init(rawValue:))
        path = try configuration.memberPath("records") ?? path
        keys = configuration.strings("keys") ?? []
        if let schema = configuration["schema"], !schema.isNull { self.schema = try Schema(jsonSchema: schema) }
        skipsUnchanged = configuration.string("unchanged") != "read"
    }
}

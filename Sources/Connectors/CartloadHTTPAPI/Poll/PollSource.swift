// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadStorage

/// What a URL answers, as records; each run asks once and reads what is new.
public struct PollSource: Source {
    public var options: PollOptions
    public var clock: APIClock
    public var proxy: HTTPOptions.Proxy

    public init(_ options: PollOptions, clock: APIClock = .system, proxy: HTTPOptions.Proxy = .environment) {
        self.options = options
        self.clock = clock
        self.proxy = proxy
    }

    public func streams() async throws -> [any CartloadCore.Stream] {
        [PollStream(options, try options.endpoint.client(clock, proxy: proxy))]
    }
}

/// What a ``PollSource`` asks for.
public struct PollOptions: Sendable {
    /// The form of the answer.
    public enum Form: String, Sendable, CaseIterable {
        /// A JSON array of objects, or an object.
        case json
        case jsonl, csv
    }

    public var endpoint: HTTPEndpoint
    /// The name of the stream.
    public var name: String
    /// nil takes what the answer says of itself.
    public var form: Form?
    /// Where in a JSON body the records are; empty for the whole body.
    public var path: [String]
    public var keys: [String]
    public var schema: Schema?
    /// Whether an answer that is the same as the last one is left out, also where the server knows no conditions.
    public var skipsUnchanged: Bool

    public init(
        _ endpoint: HTTPEndpoint, name: String = "poll", form: Form? = nil, path: [String] = [], keys: [String] = [],
        schema: Schema? = nil, skipsUnchanged: Bool = true
    ) {
        self.endpoint = endpoint
        self.name = name
        self.form = form
        self.path = path
        self.keys = keys
        self.schema = schema
        self.skipsUnchanged = skipsUnchanged
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// An HTTP API as a source: where it is, who asks, how fast, and its streams.
public struct HTTPAPIDefinition: Sendable {
    public var name: String
    /// What a user of the definition sets; empty takes any names.
    public var settings: [Setting]
    public var baseURL: Template
    /// Other hosts that may be contacted, as `host` or `host:port`; they get no credentials.
    public var hosts: [String]
    /// Headers and parameters of every request; streams may set others.
    public var headers: [APIRequest.Field]
    public var params: [APIRequest.Field]
    public var authentication: Authentication
    public var rateLimit: RateLimit
    public var retry: RetryPolicy
    /// The largest body that is taken, and how long an exchange may last (I7).
    public var maximumBodyBytes: Int
    public var timeout: Duration
    public var streams: [StreamDefinition]

    public init(
        _ name: String, baseURL: Template, settings: [Setting] = [], hosts: [String] = [],
        headers: [APIRequest.Field] = [], params: [APIRequest.Field] = [], authentication: Authentication = .none,
        rateLimit: RateLimit = RateLimit(), retry: RetryPolicy = RetryPolicy(), maximumBodyBytes: Int = 16 << 20,
        timeout: Duration = .seconds(120), streams: [StreamDefinition]
    ) {
        self.name = name
        self.settings = settings
        self.baseURL = baseURL
        self.hosts = hosts
        self.headers = headers
        self.params = params
        self.authentication = authentication
        self.rateLimit = rateLimit
        self.retry = retry
        self.maximumBodyBytes = maximumBodyBytes
        self.timeout = timeout
        self.streams = streams
    }
}

// SPDX-License-Identifier: Apache-2.0

public import CartloadCore
public import CartloadStorage

/// Sends records to a URL, many in one request.
///
/// Requests are cut by the number and size of records alone, and what a commit finds in an unfinished one is kept in its
/// receipt. So a run that goes on after a crash repeats the requests that were sent since the last commit just as they were,
/// each with the same idempotency key, as long as its source gives the same records: a server that knows the keys takes each
/// record once, another one may get those of the last checkpoint interval twice.
public struct PostDestination: GroupedDestination {
    public var options: PostOptions
    public var clock: APIClock
    public var proxy: HTTPOptions.Proxy
    /// Whether nobody keeps receipts, so that a commit must send all there is.
    private var isWithoutReceipts = false

    public init(_ options: PostOptions, clock: APIClock = .system, proxy: HTTPOptions.Proxy = .environment) {
        self.options = options
        self.clock = clock
        self.proxy = proxy
    }

    public func group() throws -> any DestinationGroup {
        var destination = self
        destination.isWithoutReceipts = true
        return SeparateWriters(destination)
    }

    public func open(_ stream: DestinationStream) async throws -> any DestinationWriter {
        try PostWriter(
            options, stream, try options.endpoint.client(clock, proxy: proxy),
            sendsPartial: options.sendsPartial || isWithoutReceipts)
    }
}

/// Where a ``PostDestination`` sends records, and how.
public struct PostOptions: Sendable {
    /// What a body is.
    public enum Form: String, Sendable, CaseIterable {
        /// A JSON array.
        case json
        /// A JSON object in each line.
        case jsonl
    }

    /// `{stream}` in its URL stands for the stream's name.
    public var endpoint: HTTPEndpoint
    public var method: String
    public var form: Form
    public var isCompressed: Bool
    /// How many records a request has; nil takes what the flow says of batches, or 500.
    public var records: Int?
    /// How many bytes a body has before it is compressed.
    public var bytes: Int
    /// Whether a commit sends a request that is not full; otherwise its records wait with the checkpoint.
    public var sendsPartial: Bool
    /// The header with the key; nil sends none.
    public var keyHeader: String?
    /// Another text makes other keys.
    public var keySalt: String

    public init(
        _ endpoint: HTTPEndpoint, method: String = "POST", form: Form = .json, isCompressed: Bool = false,
        records: Int? = nil, bytes: Int = 1 << 20, sendsPartial: Bool = false,
        keyHeader: String? = "Idempotency-Key", keySalt: String = ""
    ) {
        self.endpoint = endpoint
        self.method = method
        self.form = form
        self.isCompressed = isCompressed
        self.records = records
        self.bytes = bytes
        self.sendsPartial = sendsPartial
        self.keyHeader = keyHeader
        self.keySalt = keySalt
    }
}

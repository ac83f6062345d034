// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

/// Sends requests; many at once, all on one thread of libcurl's.
///
/// Cancelling the task ends its request at once. Nothing is repeated: whether and when to try again is the caller's
/// business, with `CartloadError.isRetryableRequest`, ``HTTPResponseHead/isRetryable`` and
/// ``HTTPResponseHead/retryAfter``.
public struct HTTPClient: Sendable {
    public let hosts: HTTPHostPolicy
    public let options: HTTPOptions

    /// - Parameters:
    ///   - hosts: Who may be contacted; URLs that come with data need ``HTTPHostPolicy/only(_:)``.
    ///   - options: Bounds and trust.
    public init(hosts: HTTPHostPolicy, options: HTTPOptions = HTTPOptions()) {
        self.hosts = hosts
        self.options = options
    }

    /// Sends a request and gives the whole answer, whatever its status.
    ///
    /// - Throws: `CartloadError` with a code that begins with `http.`; `CancellationError`.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let collector = HTTPCollector()
        let transfer = try begin(request, collector, options.maximumBodyBytes, options.timeout)
        return try await withTaskCancellationHandler {
            try await collector.response()
        } onCancel: {
            HTTPEngine.shared.cancel(transfer)
        }
    }

    /// Sends a request and gives the answer, whatever its status, as soon as its head has come.
    ///
    /// - Throws: As ``send(_:)``.
    public func stream(_ request: HTTPRequest) async throws -> HTTPBodyReader {
        let pipe = HTTPBodyPipe(capacity: options.streamBufferBytes)
        let transfer = try begin(request, pipe, options.maximumStreamBytes, options.streamTimeout)
        let head = try await withTaskCancellationHandler {
            try await pipe.response()
        } onCancel: {
            HTTPEngine.shared.cancel(transfer)
        }
        return HTTPBodyReader(head, transfer, pipe, HTTPEngine.shared)
    }

    /// Sends a request and gives the answer, if it is a success, as soon as its head has come.
    ///
    /// - Throws: As ``send(_:)``; with code `http.status` or `http.unavailable` when the status is not a success.
    public func open(_ request: HTTPRequest) async throws -> HTTPBodyReader {
        let reader = try await stream(request)
        if reader.head.isSuccess { return reader }
        throw reader.head.failure(try await reader.firstBytes(HTTPResponseHead.shownBytes))
    }

    /// Opens the body of a successful answer; blocks until its head has come, so it belongs on a thread of its own.
    ///
    /// - Throws: As ``send(_:)``; with code `http.status` or `http.unavailable` when the status is not a success.
    public func open(_ request: HTTPRequest) throws -> HTTPBodyReader {
        let reader = try awaitStream(request)
        if reader.head.isSuccess { return reader }
        throw reader.head.failure(try reader.awaitFirstBytes(HTTPResponseHead.shownBytes))
    }

    /// What ``stream(_:)`` does, for a thread.
    func awaitStream(_ request: HTTPRequest) throws -> HTTPBodyReader {
        let pipe = HTTPBodyPipe(capacity: options.streamBufferBytes)
        let transfer = try begin(request, pipe, options.maximumStreamBytes, options.streamTimeout)
        while true {
            if let head = try pipe.awaitResponse() {
                return HTTPBodyReader(head, transfer, pipe, HTTPEngine.shared)
            }
            if Task.isCancelled {
                HTTPEngine.shared.cancel(transfer)
                throw CancellationError()
            }
        }
    }

    private func begin(
        _ request: HTTPRequest, _ sink: any HTTPSink, _ maximumBytes: Int?, _ timeout: Duration?
    ) throws -> HTTPTransfer {
        // What is cancelled already must not reach a server in the moment before its transfer is ended.
        try Task.checkCancellation()
        try request.check()
        guard hosts.allows(request.url.origin) else {
            throw CartloadError(
                .hostNotAllowed, "the host \(request.url.origin.authority) may not be contacted",
                at: Location(source: request.url.description), advice: "Allow the host, if it is the right one.")
        }
        let transfer = HTTPTransfer(
            request, options: options, hosts: hosts, sink: sink, maximumBytes: maximumBytes, timeout: timeout)
        try HTTPEngine.shared.start(transfer)
        return transfer
    }
}

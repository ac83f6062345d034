// SPDX-License-Identifier: Apache-2.0

/// What answers the requests of a server.
///
/// For each request `immediateResponse(to:)` is asked first; when it has no answer, `response(to:)` is called in a task of
/// its own. That task is cancelled when the client goes away, and when a drain runs out of time; what it answers then is
/// thrown away.
public protocol HTTPHandler: Sendable {
    /// An answer that takes microseconds, such as a health check's; nil leaves the request to `response(to:)`.
    ///
    /// It is called on the thread that serves the sockets: it must not block, and what it does holds up other clients.
    /// Its answer is sent as it is, never compressed.
    func immediateResponse(to request: HTTPServerRequest) -> HTTPServerResponse?

    /// The answer to a request.
    func response(to request: HTTPServerRequest) async -> HTTPServerResponse
}

extension HTTPHandler {
    /// No request is answered at once.
    public func immediateResponse(to request: HTTPServerRequest) -> HTTPServerResponse? { nil }
}

// SPDX-License-Identifier: Apache-2.0

/// A server of HTTP/1.1: listens, hands requests to a handler, and ends in good order.
///
/// Call ``start()``, then ``serve(_:)``, which runs until somebody calls ``drain(within:)`` or its task is cancelled. A
/// server runs once.
public protocol HTTPServer: Sendable {
    /// Listens, and says where. Clients can connect from now on; they are answered once ``serve(_:)`` runs.
    ///
    /// - Throws: `CartloadError` when the address or the certificate cannot be used.
    func start() throws -> HTTPServerAddress

    /// Answers requests until the server has been drained and every request's task has ended; starts first when that has
    /// not been done.
    ///
    /// When its own task is cancelled, connections are cut at once.
    ///
    /// - Throws: As ``start()``.
    func serve(_ handler: some HTTPHandler) async throws

    /// Accepts no more, closes idle connections, answers the requests in flight and closes; cuts what is left when the
    /// time is over. Returns when all connections are closed.
    func drain(within time: Duration) async
}

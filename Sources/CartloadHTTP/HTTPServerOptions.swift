// SPDX-License-Identifier: Apache-2.0

/// How a server listens, and the bounds of everything that a client can make it hold or wait for (I7).
public struct HTTPServerOptions: Sendable {
    /// The files of a certificate.
    public struct TLS: Sendable, Hashable {
        /// A PEM file with the certificate and those between it and an authority.
        public var certificate: String
        /// A PEM file with the certificate's key, without a password.
        public var privateKey: String

        /// Both files are read when the server starts, and again when it is told to.
        public init(certificate: String, privateKey: String) {
            self.certificate = certificate
            self.privateKey = privateKey
        }
    }

    /// A name or an address; `::` means every address of the machine, `127.0.0.1` this machine alone.
    public var host = "127.0.0.1"
    /// 0 lets the kernel choose.
    public var port = 0
    /// Nil serves plain HTTP.
    public var tls: TLS?

    /// Threads that serve sockets, 1 to 64.
    public var loops = 2
    /// Connections that wait in the kernel to be accepted.
    public var backlog = 1024
    /// Open connections; more wait to be accepted.
    public var maximumConnections = 10_000
    /// Bytes of a request's line and headers, up to 1 MiB; more is answered with 431.
    public var maximumHeaderBytes = 32 << 10
    /// Bytes of a request's body; more is answered with 413.
    public var maximumBodyBytes = 64 << 20
    /// Bytes of request bodies of all connections together, from their first byte to their answer; when it is used up,
    /// bodies are not read until others are answered. At least ``maximumBodyBytes``, which is kept for one at a time.
    public var bodyBudget = 256 << 20
    /// Bytes of a stream that wait for the client before its writer does.
    public var streamHighWater = 1 << 20

    /// How long a connection may be idle between requests.
    public var idleDeadline = Duration.seconds(60)
    /// How long a request's headers may take, and a new connection to begin with one.
    public var headerDeadline = Duration.seconds(10)
    /// How long a request's body may take, beside what ``bodyRate`` gives; time in which the budget was used up does not
    /// count.
    public var bodyDeadline = Duration.seconds(60)
    /// So many bytes of a body that have come give its client another second: large ones over a slow line arrive, too.
    public var bodyRate = 64 << 10
    /// How long a client may take for 64 KiB of an answer, or for its rest.
    public var writeDeadline = Duration.seconds(30)

    /// Bodies of text and JSON of this many bytes or more are compressed for clients that like it; nil never does.
    public var gzipMinimum: Int? = 1024

    /// The bodies of answers to requests that do not reach their handler.
    public var refusals = HTTPRefusalForm.plain

    /// Told of every request that was answered or broken off, on the thread that serves sockets: it must not block.
    public var onAccess: (@Sendable (HTTPAccess) -> Void)?

    /// Loopback, a port that the kernel chooses, plain HTTP.
    public init() {}
}

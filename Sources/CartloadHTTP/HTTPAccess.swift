// SPDX-License-Identifier: Apache-2.0

/// One request and what became of it, for a log.
public struct HTTPAccess: Sendable {
    /// The request, without its body.
    public let request: HTTPServerRequest
    /// The status that was sent; 0 when the connection ended before there was one.
    public let status: Int
    /// Bytes of the request's body.
    public let bytesIn: Int
    /// Bytes of the answer: those that the kernel took, with head; of an immediate answer its body alone.
    public let bytesOut: Int
    /// From the end of the request's headers to the end of the answer.
    public let duration: Duration
    /// Whether the answer was written whole.
    public let isWhole: Bool
}

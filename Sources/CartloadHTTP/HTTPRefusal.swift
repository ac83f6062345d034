// SPDX-License-Identifier: Apache-2.0

/// Why a request was answered without its handler, by its status.
public enum HTTPRefusal: Int, Sendable, CaseIterable {
    /// It is no request of HTTP/1.1, or two readers could disagree about where it ends.
    case badRequest = 400
    /// Its headers or its body took longer than their deadline.
    case timeout = 408
    /// Its body has more than ``HTTPServerOptions/maximumBodyBytes``.
    case bodyTooLarge = 413
    /// Its body is compressed.
    case encoded = 415
    /// It expects something other than `100-continue`.
    case unknownExpectation = 417
    /// Its line and headers have more than ``HTTPServerOptions/maximumHeaderBytes``.
    case headersTooLarge = 431
    /// The handler's answer may not be sent: no fault of the client's.
    case badAnswer = 500

    /// The status.
    public var status: Int { rawValue }

    /// A sentence for people.
    public var message: String {
        switch self {
        case .badRequest: "the request is not well-formed HTTP/1.1"
        case .timeout: "the request took too long to arrive"
        case .bodyTooLarge: "the body is larger than the server takes"
        case .encoded: "bodies must not be compressed"
        case .unknownExpectation: "the only expectation that is met is 100-continue"
        case .headersTooLarge: "the request's line and headers are larger than the server takes"
        case .badAnswer: "the server failed"
        }
    }
}

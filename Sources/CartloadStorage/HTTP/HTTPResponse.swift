// SPDX-License-Identifier: Apache-2.0

public import CartloadCore

/// What comes before the body of an answer.
public struct HTTPResponseHead: Sendable {
    public let status: Int
    public let headers: HTTPHeaders
    /// Who answered, after all redirects.
    public let url: HTTPURL

    public var isSuccess: Bool { (200...299).contains(status) }

    /// The length of the body as the server says it; nil when it does not, or not in a number.
    public var contentLength: Int? {
        headers["Content-Length"].flatMap { $0.utf8.allSatisfy { (48...57).contains($0) } ? Int($0) : nil }
    }

    /// Whether the same request may succeed later: 408, 425, 429 and the passing failures of servers.
    public var isRetryable: Bool { [408, 425, 429, 500, 502, 503, 504].contains(status) }

    /// How long the server asks to wait, when it says so in seconds.
    public var retryAfter: Duration? {
        guard let text = headers["Retry-After"], let seconds = Int(text), (0...86_400).contains(seconds) else {
            return nil
        }
        return .seconds(seconds)
    }

    /// How much of an unwelcome answer's text an error shows.
    static let shownBytes = 200

    /// The error for an answer that is not a success.
    func failure(_ body: Bytes) -> CartloadError {
        let text = body[0..<min(body.count, HTTPResponseHead.shownBytes)].text
        let words = text.unicodeScalars.reduce(into: "") { result, scalar in
            result.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        let place = Location(source: url.description)
        let message = "the server answered with status \(status)" + (words.isEmpty ? "" : ": \(words)")
        return isRetryable
            ? CartloadError(.unavailable, message, at: place, advice: "Try again later.")
            : CartloadError(.status, message, at: place, advice: "Check the URL and the credentials.")
    }
}

/// A whole answer.
public struct HTTPResponse: Sendable {
    public let head: HTTPResponseHead
    public let body: Bytes

    public var status: Int { head.status }
    public var headers: HTTPHeaders { head.headers }

    /// The answer, if it is a success.
    ///
    /// - Throws: `CartloadError` with code `http.status` or, when the same may succeed later, `http.unavailable`; it shows at
    ///   most 200 bytes of the body.
    @discardableResult
    public func successful() throws -> HTTPResponse {
        guard head.isSuccess else { throw head.failure(body) }
        return self
    }
}

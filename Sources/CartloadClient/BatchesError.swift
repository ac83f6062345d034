// SPDX-License-Identifier: Apache-2.0

/// Why an operation of the Batches API failed.
public struct BatchesError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is; by the HTTP status where a server answered.
    public enum Kind: String, Sendable, Hashable {
        case badRequest, unauthorized, forbidden, notFound, conflict, unsupportedMediaType, unprocessable, rateLimited
        case serverFailed, unavailable, timedOut
        /// Another status.
        case unexpectedStatus
        /// There was no answer, or not all of it.
        case noAnswer
        /// An answer that is not what the API says.
        case badAnswer
        /// What the client was given is not usable.
        case configuration
        /// The pipeline handle was closed or cancelled before.
        case notOpen
        /// The same chunk id twice.
        case duplicateChunk
    }

    public var kind: Kind
    public var message: String
    /// The HTTP status, where a server answered.
    public var status: Int?
    /// The server's word for it, such as `INPUT_BUFFER_FULL`.
    public var code: String?
    /// What both sides call the request.
    public var requestID: String?
    /// How long the server asks to wait.
    public var retryAfter: Duration?
    /// How often the request was tried before, under the same id; each time its answer was lost, or asked to come again.
    public internal(set) var retries = 0

    public init(
        _ kind: Kind, _ message: String, status: Int? = nil, code: String? = nil, requestID: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.message = message
        self.status = status
        self.code = code
        self.requestID = requestID
        self.retryAfter = retryAfter
    }

    /// The kind of an answer's status.
    init(status: Int, _ message: String, code: String?, requestID: String?, retryAfter: Duration?) {
        let kind: Kind =
            switch status {
            case 400: .badRequest
            case 401: .unauthorized
            case 403: .forbidden
            case 404: .notFound
            case 409: .conflict
            case 415: .unsupportedMediaType
            case 422: .unprocessable
            case 429: .rateLimited
            case 500: .serverFailed
            case 502, 503: .unavailable
            case 408, 504: .timedOut
            default: .unexpectedStatus
            }
        self.init(kind, message, status: status, code: code, requestID: requestID, retryAfter: retryAfter)
    }

    /// Whether the same may succeed later.
    public var isRetryable: Bool {
        switch kind {
        case .rateLimited, .unavailable, .timedOut, .noAnswer: true
        default: false
        }
    }

    /// `the batch is closed (409 BATCH_CLOSED, request 3f…)`
    public var description: String {
        var notes: [String] = []
        if let status { notes.append(code.map { "\(status) \($0)" } ?? "\(status)") }
        if let requestID { notes.append("request \(requestID)") }
        if retries > 0 { notes.append("after \(retries) \(retries == 1 ? "retry" : "retries")") }
        return notes.isEmpty ? message : "\(message) (\(notes.joined(separator: ", ")))"
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCore
internal import CartloadStorage

/// Sends requests: with who they are from and what they are called, again where that helps.
struct Exchange: Sendable {
    let endpoint: Endpoint
    let options: ClientOptions
    private let authentication: Authentication
    private let tokens: TokenKeeper
    private let http: HTTPClient

    init(endpoint: Endpoint, authentication: Authentication, options: ClientOptions) throws {
        self.endpoint = endpoint
        self.options = options
        self.authentication = authentication
        var http = HTTPOptions()
        http.timeout = options.timeout
        http.maximumBodyBytes = options.maximumAnswer
        http.maximumRedirects = 0
        http.lowSpeedLimit = 0
        http.certificateAuthorities = options.certificateAuthorities
        http.userAgent = Exchange.userAgent
        // Only to where the client was told to.
        let hosts = [try endpoint.url("").origin.authority, try endpoint.tokenURL.origin.authority]
        self.http = HTTPClient(hosts: .only(hosts), options: http)
        tokens = TokenKeeper()
    }

    private static let userAgent = "Cartload SDK (Swift)"

    /// Sends a request until it is answered, or not worth another try.
    ///
    /// - Parameters:
    ///   - path: After `api/v4/`.
    ///   - isRepeatable: Whether it may be sent again after its answer was lost: it does the same once as twice.
    /// - Throws: ``BatchesError``; `CancellationError`.
    func send(
        _ method: String, _ path: String, body: Bytes? = nil, isRepeatable: Bool = true,
        maximumRetries: Int? = nil
    ) async throws -> Bytes {
        let requestID = UniqueText.uuid()
        var tries = 0
        var renewals = 0
        var firstFailure: Duration?
        while true {
            var token: String?
            do {
                token = try await currentToken()
                return try await once(method, path, body, requestID, token)
            } catch var error as BatchesError {
                if error.kind == .unauthorized, let token, renewals < Exchange.maximumRenewals {
                    // The token is over: another one, and the same request again.
                    renewals += 1
                    await tokens.forget(token)
                    continue
                }
                renewals = 0
                error.retries = tries
                // What never left for want of a token can be sent whatever it is.
                let isLost = (error.kind == .noAnswer || error.kind == .timedOut) && (token != nil || !isClient)
                let failedSince = error.kind == .rateLimited ? nil : firstFailure ?? options.clock.now()
                firstFailure = failedSince
                guard !isLost || isRepeatable, triesAgain(error, tries, maximumRetries, since: failedSince) else {
                    throw error
                }
                try await options.clock.sleep(wait(after: tries, error.retryAfter))
                tries += 1
            }
        }
    }

    /// Tokens that one request may use up in a row.
    private static let maximumRenewals = 2

    private func triesAgain(_ error: BatchesError, _ tries: Int, _ maximum: Int?, since failure: Duration?) -> Bool {
        let isWithinTries = tries < maximum ?? options.maximumRetries
        guard let patience = options.patience, maximum == nil else { return error.isRetryable && isWithinTries }
        // A server that fails may do better next time, but one that always does is no reason to wait for minutes.
        if error.kind == .serverFailed { return isWithinTries }
        guard error.isRetryable else { return false }
        return failure.map { options.clock.now() - $0 < patience } ?? true
    }

    /// How long to wait: what the server asks for, or twice as long each time, shortened by chance.
    private func wait(after tries: Int, _ wanted: Duration?) -> Duration {
        if let wanted { return min(wanted, options.maximumRetryInterval) }
        let longest = min(options.retryInterval * (1 << min(tries, 20)), options.maximumRetryInterval)
        return longest * (0.5 + options.clock.random() / 2)
    }

    private var isClient: Bool {
        if case .client = authentication { true } else { false }
    }

    /// The token of an OAuth2 client; nil for everybody else.
    private func currentToken() async throws -> String? {
        guard isClient else { return nil }
        return try await tokens.token(at: options.clock.now()) { try await self.newToken() }
    }

    private func once(
        _ method: String, _ path: String, _ body: Bytes?, _ requestID: String, _ token: String?
    ) async throws -> Bytes {
        var headers: HTTPHeaders = [:]
        headers["x-request-id"] = requestID
        headers["x-tenant-name"] = endpoint.tenant
        headers["accept"] = "application/json"
        if body != nil { headers["content-type"] = "application/json" }
        switch authentication {
        case .none: break
        case .token(let token): headers["authorization"] = "Bearer \(token.withoutScheme)"
        case .apiKey(let key): headers["x-synthetic-key"] = key
        case .client: headers["authorization"] = token.map { "Bearer \($0)" }
        }
        let response = try await answered {
            try await http.send(HTTPRequest(method, endpoint.url(path), headers: headers, body: body))
        }
        guard (200...299).contains(response.status) else { throw Exchange.failure(response, requestID) }
        return response.body
    }

    /// A token for an OAuth2 client.
    private func newToken() async throws -> TokenKeeper.Token {
        guard case .client(let id, let secret) = authentication else { return TokenKeeper.Token(text: "") }
        let start = options.clock.now()
        let form = "client_id=\(id.pathPart)&client_secret=\(secret.pathPart)&grant_type=client_credentials"
        var headers: HTTPHeaders = [:]
        headers["content-type"] = "application/x-www-form-urlencoded"
        headers["accept"] = "application/json"
        let response = try await answered {
            try await http.send(HTTPRequest("POST", endpoint.tokenURL, headers: headers, body: Bytes(form)))
        }
        guard response.status == 200 else { throw Exchange.failure(response, nil) }
        let answer = try? JSONValue(parsing: response.body)
        guard let token = answer?["access_token"]?.stringValue else {
            throw BatchesError(.badAnswer, "the answer to the request for a token has none")
        }
        return TokenKeeper.Token(token, lifetime: answer?["expires_in"]?.doubleValue, from: start)
    }

    private func answered(_ send: () async throws -> HTTPResponse) async throws -> HTTPResponse {
        do {
            return try await send()
        } catch let error as CartloadError {
            if error.isRetryableRequest { throw BatchesError(.noAnswer, error.message) }
            throw BatchesError(.configuration, "\(error)")
        }
    }

    private static func failure(_ response: HTTPResponse, _ requestID: String?) -> BatchesError {
        let body = try? JSONValue(parsing: response.body)
        let message = body?["message"]?.stringValue ?? body?["status"]?.stringValue
        let code = body?["code"]?.stringValue ?? body?["errorCode"]?.stringValue
        let wait = response.headers["x-retry-after"].flatMap(Double.init).flatMap { TimeSpan(seconds: $0)?.duration }
        return BatchesError(
            status: response.status, message ?? "the server answered with status \(response.status)", code: code,
            requestID: requestID, retryAfter: wait ?? response.head.retryAfter)
    }
}

extension String {
    /// Without a leading "Bearer", in any case.
    fileprivate var withoutScheme: String {
        let parts = split(separator: " ", maxSplits: 1)
        return parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1]) : self
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadStorage

/// One URL, who asks there, and how long and how often.
public struct HTTPEndpoint: Sendable {
    /// Who asks.
    public enum Credentials: Sendable {
        case none
        case bearer(String)
        case basic(user: String, password: String)
    }

    public var url: String
    public var credentials: Credentials
    public var headers: [String: String]
    /// The same, for values that must never be printed.
    public var secretHeaders: [String: String]
    /// How long one exchange may take.
    public var timeout: Duration
    public var retry: RetryPolicy
    /// The longest answer that is taken (I7).
    public var maximumBodyBytes: Int

    public init(
        _ url: String, credentials: Credentials = .none, headers: [String: String] = [:],
        secretHeaders: [String: String] = [:], timeout: Duration = .seconds(60), retry: RetryPolicy = RetryPolicy(),
        maximumBodyBytes: Int = 64 << 20
    ) {
        self.url = url
        self.credentials = credentials
        self.headers = headers
        self.secretHeaders = secretHeaders
        self.timeout = timeout
        self.retry = retry
        self.maximumBodyBytes = maximumBodyBytes
    }

    /// What sends requests there, and nowhere else but where the same host redirects to (I8).
    func client(_ clock: APIClock, proxy: HTTPOptions.Proxy) throws -> APIClient {
        let origin = try HTTPURL(url).origin
        let redactor = Redactor()
        for secret in secretHeaders.values { redactor.add(secret) }
        var options = HTTPOptions()
        options.timeout = timeout
        options.maximumBodyBytes = maximumBodyBytes
        options.acceptsGzip = true
        options.proxy = proxy
        let authentication: Authentication =
            switch credentials {
            case .none: .none
            case .bearer(let token): .bearer(Template(stringLiteral: token))
            case .basic(let user, let password):
                .basic(user: Template(stringLiteral: user), password: Template(stringLiteral: password))
            }
        return APIClient(
            http: HTTPClient(hosts: .named, options: options), origin: origin,
            authenticator: Authenticator(
                authentication, TemplateScope(config: JSONObject(), now: clock.instant()), nil, redactor),
            gate: RequestGate(RateLimit(), clock), retry: retry, clock: clock, redactor: redactor)
    }

    /// A request without its credentials.
    func draft(_ method: String, url: String? = nil) -> RequestDraft {
        RequestDraft(
            method: method, url: url ?? self.url,
            headers: (headers.sorted { $0.key < $1.key } + secretHeaders.sorted { $0.key < $1.key })
                .map { ($0.key, $0.value) })
    }
}

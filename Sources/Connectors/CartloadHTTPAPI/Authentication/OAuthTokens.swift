// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import CartloadStorage

/// The access token of a source, got once for all who ask at the same time and renewed before it ends.
///
/// An actor because asking for a token takes a request, during which others must wait for the same one.
actor OAuthTokens {
    private struct Token {
        let text: String
        /// When it is renewed; nil when the server does not say how long it holds.
        let renewal: Duration?
    }

    private let grant: OAuthGrant
    private let scope: TemplateScope
    private let send: @Sendable (RequestDraft) async throws -> HTTPResponse
    private let clock: APIClock
    private let redactor: Redactor
    private let replaced: ReplacedSecret?
    private var token: Token?
    private var refreshToken: String?
    private var pending: Task<Token, any Error>?

    /// - Parameters:
    ///   - send: Sends a request, with retries.
    ///   - replaced: Told the refresh token of the configuration and the new one when the server has replaced it.
    init(
        _ grant: OAuthGrant, _ scope: TemplateScope, _ clock: APIClock, _ redactor: Redactor,
        send: @escaping @Sendable (RequestDraft) async throws -> HTTPResponse,
        replaced: ReplacedSecret?
    ) {
        self.grant = grant
        self.scope = scope
        self.clock = clock
        self.redactor = redactor
        self.send = send
        self.replaced = replaced
    }

    /// A token that holds.
    func current() async throws -> String {
        if let token, token.renewal.map({ clock.now() < $0 }) ?? true { return token.text }
        if let pending { return try await pending.value.text }
        let task = Task { try await fetch() }
        pending = task
        defer { pending = nil }
        let fresh = try await task.value
        token = fresh
        return fresh.text
    }

    /// Forgets a token that the API has refused, unless there is a newer one already.
    func forget(_ refused: String) {
        if token?.text == refused { token = nil }
    }

    private func fetch() async throws -> Token {
        var fields: [(String, String)] = []
        let given = try grant.refreshToken?.text(in: scope)
        if let given { redactor.add(given) }
        let file = try grant.tokenFile?.text(in: scope).flatMap { $0.isEmpty ? nil : TokenFile(path: $0) }
        let refresh = try refreshToken ?? given.flatMap { try file?.replacement(of: $0) } ?? given
        if let refresh {
            redactor.add(refresh)
            fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)]
        } else {
            fields = [("grant_type", "client_credentials")]
        }
        var draft = RequestDraft(method: "POST", url: try grant.tokenURL.text(in: scope) ?? "")
        let client = try grant.clientID.text(in: scope) ?? ""
        let secret = try grant.clientSecret?.text(in: scope)
        if let secret { redactor.add(secret) }
        switch grant.clientPlace {
        case .body:
            fields.append(("client_id", client))
            if let secret { fields.append(("client_secret", secret)) }
        case .header: draft.set(header: "Authorization", RequestDraft.basic(client, secret ?? ""))
        }
        if let scopes = try grant.scopes?.text(in: scope) { fields.append(("scope", scopes)) }
        for field in grant.params {
            if let value = try field.value.text(in: scope) { fields.append((field.name, value)) }
        }
        draft.body = Bytes(RequestDraft.query(fields))
        draft.set(header: "Content-Type", "application/x-www-form-urlencoded")
        draft.set(header: "Accept", "application/json")
        let response = try await send(draft)
        return try accept(response) { next in
            guard let given, next != refresh else { return }
            redactor.add(next)
            refreshToken = next
            try keep(next, insteadOf: given, file)
        }
    }

    /// Keeps a token before anything is done with what came with it: from now on no other one holds.
    private func keep(_ next: String, insteadOf given: String, _ file: TokenFile?) throws {
        guard file != nil || replaced != nil else {
            throw CartloadError(
                .apiTokenKept,
                "the authorization server has replaced the refresh token, and there is no place to keep it",
                advice: "Get a new one, and name a file as `token_file` under `oauth`.")
        }
        try file?.keep(next, insteadOf: given)
        try replaced?(given, next)
    }

    private func accept(_ response: HTTPResponse, refreshed: (String) throws -> Void) throws -> Token {
        let place = Location(source: response.head.url.description)
        let answer = try? JSONValue(parsing: response.body)
        guard response.head.isSuccess, let text = answer?["access_token"]?.stringValue, !text.isEmpty else {
            let reason = answer?["error"]?.stringValue.map { ": \($0.prefix(100))" } ?? ""
            throw CartloadError(
                .apiCredentials, "there is no access token: status \(response.status)\(reason)", at: place,
                advice: "Check the client, its secret and the refresh token.")
        }
        redactor.add(text)
        if let next = answer?["refresh_token"]?.stringValue { try refreshed(next) }
        let seconds = answer?["expires_in"].flatMap { $0.doubleValue ?? $0.stringValue.flatMap { Double($0) } }
        let renewal = seconds.map { seconds -> Duration in
            // A token that holds for less than the margin is renewed at half its time.
            let life = Duration.milliseconds(Int(min(max(seconds, 1), 1e9) * 1000))
            return clock.now() + max(life - grant.renewal, life / 2)
        }
        return Token(text: text, renewal: renewal)
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCompute
public import CartloadCore
internal import Synchronization

/// Who may use a server: looks up whom a request is from, and gives tokens to OAuth2 clients.
public final class Accounts: Sendable {
    /// How many tokens of clients are valid at once (I7); the oldest go first.
    static let maximumTokens = 100_000

    /// What a request says about who sends it.
    struct Credentials: Sendable, Hashable {
        var token: String?
        var apiKey: String?
    }

    /// A token that a client was given.
    struct IssuedToken: Sendable {
        var text: String
        var lifetime: Duration
    }

    private struct Issued: Sendable {
        var account: Int
        var until: Duration
    }

    private struct State {
        var issued: [Secret: Issued] = [:]
        var order: [Secret] = []
    }

    private let accounts: [Account]
    private let byToken: [Secret: Int]
    private let byKey: [Secret: Int]
    /// By tenant and client.
    private let byClient: [String: Int]
    private let isOpen: Bool
    private let lifetime: Duration
    private let clock: RunClock
    private let state = Mutex(State())

    /// - Parameters:
    ///   - isOpen: Whether requests without credentials are welcome, as a user `anonymous` of the tenant they name.
    ///   - lifetime: How long a client's token is valid.
    public init(
        _ accounts: [Account], isOpen: Bool = false, tokenLifetime lifetime: Duration = .seconds(3600),
        clock: RunClock = .system
    ) {
        self.accounts = accounts
        self.isOpen = isOpen
        self.lifetime = lifetime
        self.clock = clock
        var (byToken, byKey, byClient): ([Secret: Int], [Secret: Int], [String: Int]) = ([:], [:], [:])
        for (index, account) in accounts.enumerated() {
            for token in account.tokens { byToken[token] = index }
            for key in account.apiKeys { byKey[key] = index }
            for client in account.clients.keys { byClient["\(account.tenant)\n\(client)"] = index }
        }
        self.byToken = byToken
        self.byKey = byKey
        self.byClient = byClient
    }

    /// Whom a request is from.
    ///
    /// - Parameter tenant: The one in its path.
    /// - Throws: `APIFault` 401 for credentials that are not valid, 403 for those of another tenant.
    func caller(_ credentials: Credentials, tenant: String) throws -> Caller {
        guard let index = try account(credentials) else {
            if isOpen { return Caller(tenant: tenant, user: "anonymous", seesAll: true) }
            throw Accounts.unauthorized
        }
        let account = accounts[index]
        guard account.tenant == tenant else {
            throw APIFault(403, "forbidden", "TENANT_MISMATCH", "TENANT_MISMATCH")
        }
        return Caller(
            tenant: tenant, user: account.user, seesAll: account.permissions.contains(Account.supervisor))
    }

    /// Whom a request is from that names no tenant: its credentials do.
    ///
    /// - Throws: `APIFault` 401 without valid credentials.
    func caller(_ credentials: Credentials) throws -> Caller {
        guard let index = try account(credentials) else { throw Accounts.unauthorized }
        let account = accounts[index]
        return Caller(
            tenant: account.tenant, user: account.user, seesAll: account.permissions.contains(Account.supervisor))
    }

    private func account(_ credentials: Credentials) throws -> Int? {
        // The key counts where both are sent, as with the vendor's clients.
        if let key = credentials.apiKey, key != "open" {
            guard let index = byKey[Secret(of: key)] else { throw Accounts.unauthorized }
            return index
        }
        guard let token = credentials.token, token != "open" else { return nil }
        let secret = Secret(of: token)
        if let index = byToken[secret] { return index }
        let issued = state.withLock { $0.issued[secret] }
        guard let issued, issued.until > clock.now() else { throw Accounts.unauthorized }
        return issued.account
    }

    /// Gives a client a token.
    ///
    /// - Throws: `APIFault` 401 for an unknown client or a wrong secret.
    func issue(tenant: String, client: String, secret: String) throws -> IssuedToken {
        guard let index = byClient["\(tenant)\n\(client)"], accounts[index].clients[client] == Secret(of: secret) else {
            throw APIFault(401, "unauthorized", "INVALID_CLIENT", "the client is unknown, or its secret is wrong")
        }
        let token = Secret.make("clo")
        let now = clock.now()
        state.withLock { state in
            let hash = Secret(of: token)
            state.issued[hash] = Issued(account: index, until: now + lifetime)
            state.order.append(hash)
            // Those that are over, and the oldest where there are too many.
            var over = 0
            while over < state.order.count,
                state.order.count - over > Accounts.maximumTokens
                    || state.issued[state.order[over]].map({ $0.until <= now }) ?? true
            {
                state.issued[state.order[over]] = nil
                over += 1
            }
            state.order.removeFirst(over)
        }
        return IssuedToken(text: token, lifetime: lifetime)
    }

    static let unauthorized = APIFault(401, "unauthorized", "INVALID_TOKEN", "the token is not valid")
}
